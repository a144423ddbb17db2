import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  ChannelCredentials,
  type Client,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const repository = join(import.meta.dirname, "../..");
const protos = ["tfplugin6.proto", "grpc_controller.proto", "grpc_stdio.proto", "grpc_broker.proto", "health.proto"];
const loaded = loadPackageDefinition(
  loadSync(
    protos.map((name) => join(repository, "proto", name)),
    { keepCase: true, defaults: true },
  ),
);

/** The handshake line, taken apart by the rules of go-plugin. */
export interface Handshake {
  readonly line: string;
  readonly network: string;
  readonly address: string;
  readonly certificate: string;
}

export interface HostedPlugin {
  readonly process: ChildProcess;
  readonly handshake: Handshake;
  /** All that was written to stderr so far. */
  stderr(): string;
  /** A client of one service, by full name; by default with the right certificate. */
  client(service: string, identity?: Identity): DynamicClient;
  /** Exit code and signal, once it ended. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A client made from the .proto files at run time: independent of our codecs. */
export type DynamicClient = Client & Record<string, (...parameters: unknown[]) => unknown>;

export const COOKIE = {
  key: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
};

/** A client certificate as go-plugin makes it: self-signed P-521 with SHA-512, an authority of its own (protocol.md §2.3). */
export function hostIdentity(): Identity {
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  try {
    const key = join(folder, "key.pem");
    const certificate = execFileSync(
      "openssl",
      [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp521r1 -sha512 -nodes -days 2 -subj /O=HashiCorp/CN=localhost".split(
          " ",
        ),
        ...[
          "-keyout",
          key,
          "-addext",
          "subjectAltName=DNS:localhost",
          "-addext",
          "extendedKeyUsage=clientAuth,serverAuth",
        ],
        ...["-addext", "keyUsage=critical,digitalSignature,keyEncipherment,keyAgreement,keyCertSign"],
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
    return { certificate, privateKey: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts a plugin as Terraform does, without arguments and with its variables, and waits for the handshake. */
export async function host(
  command: readonly string[],
  options: { identity?: Identity; env?: Record<string, string> } = {},
): Promise<HostedPlugin> {
  const { identity } = options;
  const [program = "", ...parameters] = command;
  const child = spawn(program, parameters, {
    env: {
      ...process.env,
      [COOKIE.key]: COOKIE.value,
      PLUGIN_PROTOCOL_VERSIONS: "6,5",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_MAX_PORT: "25000",
      ...(identity && { PLUGIN_CLIENT_CERT: identity.certificate }),
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("close", () => reject(new Error(`no handshake; stderr: ${stderr}`)));
  });
  const [, , network = "", address = "", , certificate = ""] = line.split("|", 6);
  return {
    process: child,
    handshake: { line, network, address, certificate },
    stderr: () => stderr,
    exited,
    client: (service, as = identity) =>
      connectTo(service, network === "unix" ? `unix:${address}` : address, as && { ...as, server: certificate }),
  };
}

/** A client of a service at a gRPC target, plain where no identity is given. */
export function connectTo(
  service: string,
  target: string,
  identity?: Identity & { readonly server: string },
): DynamicClient {
  const Constructor = service
    .split(".")
    .reduce<unknown>((at, name) => (at as GrpcObject)[name], loaded) as ServiceClientConstructor;
  const credentials =
    identity === undefined
      ? ChannelCredentials.createInsecure()
      : ChannelCredentials.createSsl(
          Buffer.from(new X509Certificate(Buffer.from(identity.server, "base64")).toString()),
          Buffer.from(identity.privateKey),
          Buffer.from(identity.certificate),
        );
  const limit = 2 ** 31 - 1;
  return new Constructor(target, credentials, {
    "grpc.ssl_target_name_override": "localhost",
    "grpc.default_authority": "localhost",
    "grpc.max_receive_message_length": limit,
    "grpc.max_send_message_length": limit,
  }) as unknown as DynamicClient;
}

/** A call that takes so long hangs. */
const patienceMs = 10 * 60_000;

/** One unary call. */
export function call(client: DynamicClient, method: string, request: object = {}): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    client[method]?.(
      request,
      { deadline: Date.now() + patienceMs },
      (error: Error | null, answer: Record<string, unknown>) => (error === null ? resolve(answer) : reject(error)),
    );
  });
}
