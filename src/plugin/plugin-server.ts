import { Server } from "@grpc/grpc-js";
import type { PluginService } from "./plugin-service.ts";

/** Both ways, as Go providers have it: grpc-js itself would refuse requests beyond 4 MiB (protocol.md §2.4). */
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** A gRPC server with the limits of a Terraform provider. */
export function createPluginServer(services: readonly PluginService[]): Server {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  for (const { definition, implementation } of services) server.addService(definition, implementation);
  return server;
}
