import type { ServiceDefinition, ServiceImplementation } from "../base/rpc.ts";

/** A gRPC service of the plugin, with its handlers. */
export interface PluginService {
  readonly definition: ServiceDefinition;
  readonly implementation: ServiceImplementation;
}
