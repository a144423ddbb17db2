import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";

/** A gRPC service that the plugin offers beside those of the plugin contract itself. */
export interface PluginService {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}
