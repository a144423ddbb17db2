import { Channel, type ClientReadableStream, type ClientUnaryCall, type ServiceError } from "@grpc/grpc-js";
import type { Identity } from "./identity.ts";
import { channelOptions, credentialsFor, hangsMs, type Message, serviceClient } from "./services.ts";

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
  const channel = new Channel(target, credentialsFor(identity), channelOptions);
  const provider = serviceClient("tfplugin6.Provider", target, { identity, channel });
  const stdio = serviceClient("plugin.GRPCStdio", target, { identity, channel })["StreamStdio"]?.(
    {},
  ) as ClientReadableStream<unknown>;
  stdio.on("error", () => {});
  stdio.on("data", () => {});
  const start = (rpc: string, request: Message, timeoutMs: number): ReturnType<Connection["start"]> => {
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
    call: (rpc, request, timeoutMs = hangsMs) => start(rpc, request, timeoutMs).answer,
    start: (rpc, request) => start(rpc, request, hangsMs),
    stream: (rpc, request) =>
      new Promise((resolve, reject) => {
        const messages: Message[] = [];
        const stream = provider[rpc]?.(request, { deadline: Date.now() + hangsMs }) as ClientReadableStream<Message>;
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
