import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  status,
} from "@grpc/grpc-js";
import { type google, grpc, type plugin, services } from "./generated/go-plugin.js";
import type { PluginService } from "./plugin-service.ts";

export interface HostServicesOptions {
  /** The host says that this process is no longer needed. Called after the answer was handed to the transport. */
  readonly onShutdown: () => void;
  /** The number of hosts that hold a stdio stream changed; each host opens one at once and keeps it for life. */
  readonly onHostCount: (count: number) => void;
  /** The host behind this address has left for good: what is kept for its connection is no longer needed. */
  readonly onHostGone?: ((peer: string) => void) | undefined;
}

/**
 * The services every go-plugin host expects beside the provider's own (protocol.md §2.4): controller, stdio, broker and health.
 * Nothing is sent over the stdio stream, as logs go to stderr; that it breaks off is the best sign that the host is gone.
 */
export function hostServices(options: HostServicesOptions): readonly PluginService[] {
  let hosts = 0;
  // Connections over a unix socket have no address, so that several may share one name.
  const streamsOf = new Map<string, number>();

  const shutdown: handleUnaryCall<plugin.Empty, plugin.IEmpty> = (_call, answer) => {
    answer(null, {});
    options.onShutdown();
  };
  const streamStdio: handleServerStreamingCall<google.protobuf.Empty, plugin.IStdioData> = (call) => {
    const peer = call.getPeer();
    streamsOf.set(peer, (streamsOf.get(peer) ?? 0) + 1);
    options.onHostCount(++hosts);
    call.once("cancelled", () => {
      const left = (streamsOf.get(peer) ?? 1) - 1;
      if (left > 0) streamsOf.set(peer, left);
      else {
        streamsOf.delete(peer);
        options.onHostGone?.(peer);
      }
      options.onHostCount(--hosts);
    });
    call.on("error", ignoreBrokenStream);
  };
  const startStream: handleBidiStreamingCall<plugin.ConnInfo, plugin.IConnInfo> = (call) => {
    // Providers use no side channels: the stream is kept open until the host ends it.
    call.on("data", () => {});
    call.once("end", () => call.end());
    call.on("error", ignoreBrokenStream);
  };

  const { ServingStatus } = grpc.health.v1.HealthCheckResponse;
  const isServed = (service: string) => service === "" || service === "plugin";
  const check: handleUnaryCall<grpc.health.v1.HealthCheckRequest, grpc.health.v1.IHealthCheckResponse> = (
    call,
    answer,
  ) => {
    if (isServed(call.request.service)) answer(null, { status: ServingStatus.SERVING });
    else answer({ code: status.NOT_FOUND, details: "unknown service" });
  };
  const watch: handleServerStreamingCall<grpc.health.v1.HealthCheckRequest, grpc.health.v1.IHealthCheckResponse> = (
    call,
  ) => {
    call.on("error", ignoreBrokenStream);
    const known = isServed(call.request.service);
    call.write({ status: known ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN });
  };
  const list: handleUnaryCall<grpc.health.v1.HealthListRequest, grpc.health.v1.IHealthListResponse> = (
    _call,
    answer,
  ) => {
    answer(null, { statuses: { plugin: { status: ServingStatus.SERVING } } });
  };

  return [
    { definition: services["plugin.GRPCController"], implementation: { Shutdown: shutdown } },
    { definition: services["plugin.GRPCStdio"], implementation: { StreamStdio: streamStdio } },
    { definition: services["plugin.GRPCBroker"], implementation: { StartStream: startStream } },
    { definition: services["grpc.health.v1.Health"], implementation: { Check: check, Watch: watch, List: list } },
  ];
}

/** A stream that breaks because its host went away is no error of ours; `cancelled` says what is to be done. */
function ignoreBrokenStream(): void {}
