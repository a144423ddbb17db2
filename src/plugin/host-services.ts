import { status } from "@grpc/grpc-js";
import type { Call, StreamCall, Unary } from "../base/rpc.ts";
import { type google, grpc, type plugin, services } from "./generated/go-plugin.js";
import type { PluginService } from "./plugin-service.ts";
import { RpcError } from "./rpc-call.ts";

export interface HostServicesOptions {
  /** The host requested the end of the process. Called before the response is sent. */
  readonly onShutdown: () => void;
  /** The response to Shutdown was passed to HTTP/2, or the host cancelled the call. */
  readonly onShutdownAnswered: () => void;
  /** The number of connected hosts changed. Each host opens one stdio stream immediately and keeps it open. */
  readonly onHostCount: (count: number) => void;
  /** The host of this connection has disconnected; its state can be discarded. */
  readonly onHostGone?: ((peer: string) => void) | undefined;
}

/**
 * Returns the services that every go-plugin host expects beside the provider's own (protocol.md §2.4): controller, stdio, broker and
 * health. Nothing is sent over the stdio stream, because logs go to stderr. Its end is the most reliable sign that the host has exited.
 */
export function hostServices(options: HostServicesOptions): readonly PluginService[] {
  let hosts = 0;
  const streamsOf = new Map<string, number>();

  const shutdown: Unary<plugin.Empty, plugin.IEmpty> = (_request, call) => {
    call.onEnded(options.onShutdownAnswered);
    options.onShutdown();
    return {};
  };
  const streamStdio = (_request: google.protobuf.Empty, call: Call) => {
    const { peer } = call;
    streamsOf.set(peer, (streamsOf.get(peer) ?? 0) + 1);
    options.onHostCount(++hosts);
    call.onCancelled(() => {
      const left = (streamsOf.get(peer) ?? 1) - 1;
      if (left > 0) streamsOf.set(peer, left);
      else {
        streamsOf.delete(peer);
        options.onHostGone?.(peer);
      }
      options.onHostCount(--hosts);
    });
  };
  // Providers do not use the broker; the stream stays open until the host ends it.
  const startStream = (_request: undefined, call: StreamCall<plugin.IConnInfo>) => call.onHeard(() => call.end());

  const { ServingStatus } = grpc.health.v1.HealthCheckResponse;
  const isServed = (service: string) => service === "" || service === "plugin";
  const check: Unary<grpc.health.v1.HealthCheckRequest, grpc.health.v1.IHealthCheckResponse> = ({ service }) => {
    if (isServed(service)) return { status: ServingStatus.SERVING };
    throw new RpcError(status.NOT_FOUND, "unknown service");
  };
  const watch = (
    { service }: grpc.health.v1.HealthCheckRequest,
    call: StreamCall<grpc.health.v1.IHealthCheckResponse>,
  ) => call.send({ status: isServed(service) ? ServingStatus.SERVING : ServingStatus.SERVICE_UNKNOWN });
  const list: Unary<grpc.health.v1.HealthListRequest, grpc.health.v1.IHealthListResponse> = () => ({
    statuses: { plugin: { status: ServingStatus.SERVING } },
  });

  return [
    { definition: services["plugin.GRPCController"], implementation: { Shutdown: shutdown } },
    { definition: services["plugin.GRPCStdio"], implementation: { StreamStdio: streamStdio } },
    { definition: services["plugin.GRPCBroker"], implementation: { StartStream: startStream } },
    { definition: services["grpc.health.v1.Health"], implementation: { Check: check, Watch: watch, List: list } },
  ];
}
