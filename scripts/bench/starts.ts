import { ownIdentity } from "../../test/support/plugin-client/identity.ts";
import { startPlugin } from "../../test/support/plugin-client/process.ts";
import { call } from "../../test/support/plugin-client/services.ts";

export interface Starts {
  /** From the start of the process to its handshake, ms, one a start. */
  readonly handshake: readonly number[];
  /** The same to the answer to GetProviderSchema; empty where another protocol is spoken. */
  readonly schema: readonly number[];
}

/** Starts an executable as Terraform does, over and over. */
export async function measureStarts(executable: string, times: number, protocol: 5 | 6): Promise<Starts> {
  const handshake: number[] = [];
  const schema: number[] = [];
  for (let time = 0; time < times + 2; time++) {
    const plugin = await startPlugin([executable], {
      identity: ownIdentity(),
      env: { PLUGIN_PROTOCOL_VERSIONS: String(protocol) },
      stderr: "ignore",
    });
    const provider = plugin.client("tfplugin6.Provider");
    const shaken = performance.now();
    if (protocol === 6) await call(provider, "GetProviderSchema");
    const answered = plugin.handshakeMs + performance.now() - shaken;
    await plugin.shutdown();
    provider.close();
    // The first ones warm this process's own TLS and gRPC, which Terraform does not wait for.
    if (time < 2) continue;
    handshake.push(plugin.handshakeMs);
    if (protocol === 6) schema.push(answered);
  }
  return { handshake, schema };
}
