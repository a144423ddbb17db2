import { registryHosts } from "../base/registry-hosts.ts";
import { hostServices } from "./host-services.ts";
import { listen } from "./listen.ts";
import type { PluginService } from "./plugin-service.ts";
import { createRpcServer } from "./rpc-server.ts";

export interface ServeReattachOptions {
  readonly protocolVersion: number;
  readonly services: readonly PluginService[];
  /** `namespace/type` or `host/namespace/type`, as in a configuration's `source`. */
  readonly providerAddresses: readonly string[];
  /** A host has disconnected; `peer` is the connection's name in the calls of the services. */
  readonly onHostGone?: (peer: string) => void;
  /** Forces the kind of socket, in tests. */
  readonly network?: "unix" | "tcp";
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface Reattach {
  /** Value of `TF_REATTACH_PROVIDERS`. */
  readonly environment: string;
  /** Closes every connection and the socket. */
  stop(): Promise<void>;
}

/**
 * Serves in this process for hosts that reattach (protocol.md §2.7): plain text, any number of connections, and the process outlives
 * each. For tests and debugging.
 */
export async function serveReattach(options: ServeReattachOptions): Promise<Reattach> {
  const services = [
    ...options.services,
    // Hosts that reattach do not send Shutdown, and each connection has its own stdio stream.
    ...hostServices({
      onShutdown: () => {},
      onShutdownAnswered: () => {},
      onHostCount: () => {},
      onHostGone: options.onHostGone,
    }),
  ];
  const server = createRpcServer(services, undefined);
  const endpoint = await listen(server.listener, { env: options.env ?? process.env, network: options.network });
  const config = {
    Protocol: "grpc",
    ProtocolVersion: options.protocolVersion,
    Pid: process.pid,
    // Without `Test`, Terraform 1.11 crashes; with it, no host kills this process.
    Test: true,
    Addr: { Network: endpoint.network, String: endpoint.address },
  };
  const keys = options.providerAddresses.flatMap((address) =>
    address.split("/").length === 2 ? [address, ...registryHosts.map((host) => `${host}/${address}`)] : [address],
  );
  return {
    environment: JSON.stringify(Object.fromEntries(keys.map((key) => [key, config]))),
    stop: async () => {
      server.stop();
      endpoint.release();
    },
  };
}
