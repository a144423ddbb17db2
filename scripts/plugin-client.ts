import { spawn } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import { createCertificate } from "../src/base/certificate/certificate.ts";
import { services as hostServices } from "../src/plugin/generated/go-plugin.js";
import { services } from "../src/protocol/generated/tfplugin6.js";

/** A provider process that this one started as Terraform does, with mutual TLS. */
export interface PluginProcess {
  /** Milliseconds from start to the handshake line. */
  readonly handshakeMs: number;
  readonly pid: number;
  call<Request, Response>(method: string, request: Request): Promise<Response>;
  /** Shuts the process down as Terraform does, and waits for its end. */
  end(): Promise<void>;
}

type Method = (request: unknown, callback: (error: Error | null, response: unknown) => void) => void;

export async function startPlugin(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
  stderr: "inherit" | "ignore" = "inherit",
): Promise<PluginProcess> {
  const now = Date.now();
  const { certificate, privateKey } = createCertificate({
    subject: { commonName: "localhost" },
    dnsNames: ["localhost"],
    isAuthority: true,
    usages: ["clientAuth", "serverAuth"],
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 3_600_000),
  });
  const started = performance.now();
  const child = spawn(command[0] ?? "", command.slice(1), {
    stdio: ["ignore", "pipe", stderr],
    env: {
      ...process.env,
      TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
      PLUGIN_PROTOCOL_VERSIONS: "6",
      PLUGIN_CLIENT_CERT: certificate,
      ...env,
    },
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.stdout.once("data", (data) => resolve(String(data).trim()));
    child.once("close", (code) => reject(new Error(`the provider ended with ${code} before its handshake`)));
  });
  const handshakeMs = performance.now() - started;
  const [, , network, address, , encoded] = line.split("|");
  const base64 = Buffer.from(encoded ?? "", "base64").toString("base64");
  const pem = `-----BEGIN CERTIFICATE-----\n${base64.replace(/(.{64})/g, "$1\n")}\n-----END CERTIFICATE-----\n`;
  const credentials = grpc.credentials.createSsl(Buffer.from(pem), Buffer.from(privateKey), Buffer.from(certificate));
  const target = network === "unix" ? `unix:${address}` : (address ?? "");
  const options = {
    "grpc.ssl_target_name_override": "localhost",
    "grpc.default_authority": "localhost",
    "grpc.max_receive_message_length": -1,
  };
  const client = (definition: grpc.ServiceDefinition) =>
    new (grpc.makeGenericClientConstructor(definition, "client"))(target, credentials, options);
  const provider = client(services["tfplugin6.Provider"]);
  const controller = client(hostServices["plugin.GRPCController"]);
  const invoke = <Response>(of: grpc.Client, method: string, request: unknown) =>
    new Promise<Response>((resolve, reject) => {
      const call = (of as unknown as Record<string, Method>)[method];
      call?.call(of, request, (error, response) => (error === null ? resolve(response as Response) : reject(error)));
    });
  return {
    handshakeMs,
    pid: child.pid ?? 0,
    call: (method, request) => invoke(provider, method, request),
    end: async () => {
      // Go plugins may be gone before their answer is.
      await invoke(controller, "Shutdown", {}).catch(() => child.kill());
      await ended;
      provider.close();
      controller.close();
    },
  };
}
