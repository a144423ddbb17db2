import type { ServiceDefinition, ServiceImplementation } from "../base/rpc.ts";

/** A gRPC service that the plugin offers beside those of the plugin contract itself. */
export interface PluginService {
  readonly definition: ServiceDefinition;
  readonly implementation: ServiceImplementation;
}
