import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import {
  Channel,
  ChannelCredentials,
  type ClientReadableStream,
  type ClientUnaryCall,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
  type ServiceError,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { DynamicClient, Identity } from "../plugin-client.ts";

const protos = join(import.meta.dirname, "../../../proto");
// Read at run time and by another library than the provider's own codec: the two agree or a test fails.
const definition = loadSync(
  ["tfplugin6.proto", "grpc_stdio.proto"].map((name) => join(protos, name)),
  { keepCase: true, defaults: true },
);
const loaded = loadPackageDefinition(definition);

export interface Rpc {
  readonly name: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  /** Fields of the request that hold a value in an encoding of its own. */
  readonly values: readonly ValueField[];
}

export interface ValueField {
  readonly name: string;
  readonly kind: "DynamicValue" | "RawState" | "ResourceIdentityData";
  readonly repeated: boolean;
}

interface LoadedMethod {
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestType: {
    readonly type: { readonly field: readonly { name: string; typeName: string; label: string }[] };
  };
}

const valueKinds: readonly string[] = ["DynamicValue", "RawState", "ResourceIdentityData"];

/** Every RPC that the .proto file declares for a provider. */
export const rpcs: readonly Rpc[] = Object.entries(
  definition["tfplugin6.Provider"] as unknown as Record<string, LoadedMethod>,
).map(([name, { requestStream, responseStream, requestType }]) => ({
  name,
  requestStream,
  responseStream,
  values: requestType.type.field
    .filter(({ typeName }) => valueKinds.includes(typeName))
    .map((field) => ({
      name: field.name,
      kind: field.typeName as ValueField["kind"],
      repeated: field.label === "LABEL_REPEATED",
    })),
}));

/** A call that takes so long hangs. */
const patienceMs = 10 * 60_000;

export type Message = Record<string, unknown>;

/** One HTTP/2 connection of its own, as each start of Terraform opens one, with the stdio stream that go-plugin holds. */
export interface Connection {
  /** A unary call. Rejects with the gRPC error, which no question of a user may ever cause. */
  call(rpc: string, request: Message, timeoutMs?: number): Promise<Message>;
  /** The same, to be cancelled half-way. */
  start(rpc: string, request: Message): { readonly answer: Promise<Message>; cancel(): void };
  /** A call that answers with a stream; all messages of it. */
  stream(rpc: string, request: Message): Promise<Message[]>;
  /** Leaves as Terraform does. */
  close(): Promise<void>;
}

/** Connects to `unix:…` or `host:port`; with mutual TLS where an identity is given. */
export function connect(target: string, identity?: Identity & { readonly server: string }): Connection {
  const credentials =
    identity === undefined
      ? ChannelCredentials.createInsecure()
      : ChannelCredentials.createSsl(
          Buffer.from(new X509Certificate(Buffer.from(identity.server, "base64")).toString()),
          Buffer.from(identity.privateKey),
          Buffer.from(identity.certificate),
        );
  const channel = new Channel(target, credentials, {
    "grpc.ssl_target_name_override": "localhost",
    "grpc.default_authority": "localhost",
    "grpc.max_receive_message_length": 64 * 1024 * 1024,
    "grpc.max_send_message_length": -1,
    // Channels of one process share connections otherwise; Terraform's processes cannot.
    "grpc.use_local_subchannel_pool": 1,
  });
  const client = (service: string): DynamicClient => {
    const Constructor = service
      .split(".")
      .reduce<unknown>((at, name) => (at as GrpcObject)[name], loaded) as ServiceClientConstructor;
    return new Constructor(target, credentials, { channelOverride: channel }) as unknown as DynamicClient;
  };
  const provider = client("tfplugin6.Provider");
  const stdio = client("plugin.GRPCStdio")["StreamStdio"]?.({}) as ClientReadableStream<unknown>;
  stdio.on("error", () => {});
  stdio.on("data", () => {});
  const start: (rpc: string, request: Message, timeoutMs: number) => ReturnType<Connection["start"]> = (
    rpc,
    request,
    timeoutMs,
  ) => {
    let running: ClientUnaryCall | undefined;
    const answer = new Promise<Message>((resolve, reject) => {
      running = provider[rpc]?.(
        request,
        { deadline: Date.now() + timeoutMs },
        (error: ServiceError | null, message: Message) => (error === null ? resolve(message) : reject(error)),
      ) as ClientUnaryCall;
    });
    return { answer, cancel: () => running?.cancel() };
  };
  return {
    call: (rpc, request, timeoutMs = patienceMs) => start(rpc, request, timeoutMs).answer,
    start: (rpc, request) => start(rpc, request, patienceMs),
    stream: (rpc, request) =>
      new Promise((resolve, reject) => {
        const messages: Message[] = [];
        const stream = provider[rpc]?.(request, { deadline: Date.now() + patienceMs }) as ClientReadableStream<Message>;
        stream.on("data", (message) => messages.push(message));
        stream.on("error", reject);
        stream.on("end", () => resolve(messages));
      }),
    close: async () => {
      stdio.cancel();
      channel.close();
    },
  };
}
