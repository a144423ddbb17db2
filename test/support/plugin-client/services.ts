import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import {
  type Channel,
  ChannelCredentials,
  type Client,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Identity } from "./identity.ts";

const protos = ["tfplugin6.proto", "grpc_controller.proto", "grpc_stdio.proto", "grpc_broker.proto", "health.proto"];
// Read at run time and by another library than the provider's own codec: the two agree or a test fails.
const definition = loadSync(
  protos.map((name) => join(import.meta.dirname, "../../../proto", name)),
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

/** A client made from the .proto files at run time: independent of the provider's codecs. */
export type ServiceClient = Client & Record<string, (...parameters: unknown[]) => unknown>;

/** The certificate from a handshake line, as PEM. */
export const serverPem = (certificate: string): Buffer =>
  Buffer.from(new X509Certificate(Buffer.from(certificate, "base64")).toString());

/** Mutual TLS with the server's certificate; plain text without an identity. */
export const credentialsFor = (identity?: Identity & { readonly server: string }): ChannelCredentials =>
  identity === undefined
    ? ChannelCredentials.createInsecure()
    : ChannelCredentials.createSsl(
        serverPem(identity.server),
        Buffer.from(identity.privateKey),
        Buffer.from(identity.certificate),
      );

export const channelOptions = {
  "grpc.ssl_target_name_override": "localhost",
  "grpc.default_authority": "localhost",
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  // Channels of one process share connections otherwise; Terraform's processes cannot.
  "grpc.use_local_subchannel_pool": 1,
};

/** A client of one service by its full name, at `unix:…` or `host:port`; over a given channel, or over its own. */
export function serviceClient(
  service: string,
  target: string,
  { identity, channel }: { identity?: (Identity & { readonly server: string }) | undefined; channel?: Channel } = {},
): ServiceClient {
  const Constructor = service
    .split(".")
    .reduce<unknown>((at, name) => (at as GrpcObject)[name], loaded) as ServiceClientConstructor;
  const options = channel === undefined ? channelOptions : { channelOverride: channel };
  return new Constructor(target, credentialsFor(identity), options) as unknown as ServiceClient;
}

/** A call that takes longer hangs. */
export const hangsMs = 10 * 60_000;

export type Message = Record<string, unknown>;

/** One unary call. */
export const call = (client: ServiceClient, method: string, request: object = {}): Promise<Message> =>
  new Promise((resolve, reject) => {
    client[method]?.(request, { deadline: Date.now() + hangsMs }, (error: Error | null, answer: Message) =>
      error === null ? resolve(answer) : reject(error),
    );
  });
