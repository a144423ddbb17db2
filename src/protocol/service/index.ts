import type { Log } from "../../base/log.ts";
import type { ServiceImplementation } from "../../base/rpc.ts";
import { createEngine, type Engine, stopEngine } from "../../engine/engine.ts";
import type { ErasedProvider } from "../../engine/provider.ts";
import { type EngineOf, handlersOf } from "../handler.ts";
import { actionHandlers } from "./action.ts";
import { dataSourceHandlers } from "./data-source.ts";
import { ephemeralHandlers } from "./ephemeral.ts";
import { functionHandlers } from "./function.ts";
import { listHandlers } from "./list.ts";
import { providerHandlers } from "./provider.ts";
import { resourceHandlers } from "./resource.ts";

interface ProviderService {
  readonly implementation: ServiceImplementation;
  /** Aborts every wait of every connection, as StopProvider does. */
  stop(): void;
  /** Aborts the waits of a closed connection and closes its client. Never rejects. */
  forget(peer: string): Promise<void>;
  /** Closes the clients of all connections. */
  close(): Promise<void>;
}

/** The service `tfplugin6.Provider`: decodes by schema, calls the engine, encodes. One handler table for each kind of part. */
export function providerService<Client>(provider: ErasedProvider<Client>, log: Log): ProviderService {
  const engines = new Map<string, Engine<Client>>();
  const engineOf: EngineOf<Client> = (peer) => {
    const engine = engines.get(peer) ?? createEngine<Client>(provider, log);
    engines.set(peer, engine);
    return engine;
  };
  const { handle, handleStream } = handlersOf(engineOf);

  const forget = async (peer: string): Promise<void> => {
    const engine = engines.get(peer);
    engines.delete(peer);
    if (engine === undefined) return;
    stopEngine(engine);
    const { client } = engine;
    engine.client = undefined;
    try {
      if (client !== undefined) await provider.close(client);
    } catch (error) {
      log("debug", "a client could not be closed", { error: String(error) });
    }
  };

  return {
    implementation: {
      ...providerHandlers(provider, handle),
      ...resourceHandlers(provider.resources, handle),
      ...dataSourceHandlers(provider.dataSources, handle),
      ...ephemeralHandlers(provider.ephemeralResources, handle),
      ...functionHandlers(provider.functions, log),
      ...listHandlers(provider, handle, handleStream),
      ...actionHandlers(provider.actions, handle, handleStream),
    },
    stop: () => {
      for (const engine of engines.values()) stopEngine(engine);
    },
    forget,
    close: async () => {
      await Promise.all([...engines.keys()].map(forget));
    },
  };
}
