import { X509Certificate } from "node:crypto";
import { writeSync } from "node:fs";
import { createCertificate, type IssuedCertificate } from "../base/certificate/certificate.ts";
import type { Log } from "../base/log.ts";
import { redact } from "../base/redact.ts";
import { hostServices } from "./host-services.ts";
import { type Endpoint, listen } from "./listen.ts";
import { PluginError } from "./plugin-error.ts";
import type { PluginService } from "./plugin-service.ts";
import { redirectOutput } from "./redirect-output.ts";
import { createRpcServer, type RpcServer } from "./rpc-server.ts";

/** How long in-flight work may continue after the host has exited, in milliseconds. */
const ORPHAN_GRACE_MS = 1_000;

/** How often a process without a host checks that its parent process is alive, in milliseconds. */
const PARENT_CHECK_MS = 500;

const YEAR_MS = 365 * 24 * 3_600_000;

export interface ServePluginOptions {
  readonly cookie: { readonly key: string; readonly value: string };
  /** The only supported major version of the provider protocol. */
  readonly protocolVersion: number;
  readonly services: readonly PluginService[];
  readonly log: Log;
  /** The host requested the end of the process, which follows immediately. */
  readonly onShutdown?: () => void;
  /** The host has exited; the process ends after a grace period. Work should be aborted. */
  readonly onClientGone?: () => void;
  /** SIGTERM: work should be aborted as by StopProvider; its results are still returned. */
  readonly onStop?: () => void;
  /** Default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Forces the kind of socket, in tests. */
  readonly network?: "unix" | "tcp";
}

/**
 * Serves as a go-plugin plugin of the parent process (protocol.md §2): certificate, socket, handshake line, lifecycle. Resolves when
 * the handshake is printed. The process then runs until the host ends it or exits. A failed start prints one line to stdout, which the
 * host shows to the user, and ends the process.
 */
export async function servePlugin(options: ServePluginOptions): Promise<void> {
  const { cookie, log, env = process.env } = options;
  if (env[cookie.key] !== cookie.value) {
    process.stderr.write(
      "This program is a provider plugin, started by Terraform or OpenTofu. The README lists its commands.\n",
    );
    process.exit(1);
  }
  const print = redirectOutput(process.stdout, log);
  survive(log);
  try {
    await serve(options, env, print);
  } catch (error) {
    // If a plugin cannot start, the host shows only its stdout.
    print(`${redact(error instanceof Error ? error.message : String(error)).replaceAll("\n", " ")}\n`);
    process.exit(1);
  }
}

async function serve(
  options: ServePluginOptions,
  env: Readonly<Record<string, string | undefined>>,
  print: (text: string) => void,
): Promise<void> {
  const { log } = options;
  expectVersion(env["PLUGIN_PROTOCOL_VERSIONS"], options.protocolVersion);

  let endpoint: Endpoint | undefined;
  let hosts = 0;
  let isEnding = false;
  const end = () => {
    server.stop();
    process.exit(0);
  };
  const leave = () => {
    if (isEnding) return;
    isEnding = true;
    setTimeout(end, ORPHAN_GRACE_MS);
    log("debug", "the host is gone");
    options.onClientGone?.();
  };
  const forHost = hostServices({
    onShutdown: () => {
      isEnding = true;
      options.onShutdown?.();
    },
    // HTTP/2 writes the response in the next turn of the event loop, and the host waits for the end of the process.
    onShutdownAnswered: () => setImmediate(() => setImmediate(end)),
    onHostCount: (count) => {
      hosts = count;
      clearInterval(waiting);
      if (count === 0) leave();
    },
  });
  const { server, certificate } = createServer([...options.services, ...forHost], env["PLUGIN_CLIENT_CERT"]);
  // Runs at every kind of exit; the socket file would remain otherwise.
  process.once("exit", () => endpoint?.release());
  process.on("SIGTERM", () => {
    log("info", "asked to terminate: stopping work");
    options.onStop?.();
    if (hosts === 0) end();
  });

  // A host that exits before it connects ends no stream: the pipe breaks, or the process gets another parent (not on Windows).
  const parent = process.ppid;
  const waiting = setInterval(() => process.ppid !== parent && leave(), PARENT_CHECK_MS);
  process.stdout.on("error", () => hosts === 0 && leave());

  endpoint = await listen(server.listener, { env, network: options.network });
  print(`${handshake(options.protocolVersion, endpoint, certificate, env)}\n`);
}

/** Returns the handshake line: CORE|APP|NETWORK|ADDRESS|PROTOCOL|CERT (protocol.md §2.2). */
function handshake(
  version: number,
  endpoint: Endpoint,
  certificate: IssuedCertificate | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  // Go accepts base64 only without padding.
  const encoded = certificate === undefined ? "" : Buffer.from(certificate.der).toString("base64").replaceAll("=", "");
  const fields = ["1", String(version), endpoint.network, endpoint.address, "grpc", encoded];
  // Old hosts split the line into six fields and append a seventh to the certificate, so it is sent only to hosts that request it.
  if (env["PLUGIN_MULTIPLEX_GRPC"]) fields.push("false");
  return fields.join("|");
}

/** Creates a server with mutual TLS that trusts only the host's certificate; plain text if the host offers none. */
function createServer(
  services: readonly PluginService[],
  clientCertificate: string | undefined,
): { server: RpcServer; certificate?: IssuedCertificate } {
  if (clientCertificate === undefined || clientCertificate === "") {
    return { server: createRpcServer(services, undefined) };
  }
  const now = Date.now();
  const certificate = createCertificate({
    subject: { commonName: "localhost", organization: ["terraform-provider"] },
    dnsNames: ["localhost"],
    isAuthority: true,
    usages: ["serverAuth", "clientAuth"],
    notBefore: new Date(now - 30_000),
    notAfter: new Date(now + 30 * YEAR_MS),
  });
  try {
    // TLS reports an invalid certificate only at the first connection.
    new X509Certificate(clientCertificate);
    return { server: createRpcServer(services, { ...certificate, clientCertificate }), certificate };
  } catch (error) {
    throw new PluginError("Certificate", "PLUGIN_CLIENT_CERT is not a valid certificate", error);
  }
}

function expectVersion(offered: string | undefined, version: number): void {
  if (offered === undefined || offered === "") return;
  if (
    offered
      .split(",")
      .map((text) => text.trim())
      .includes(String(version))
  )
    return;
  throw new PluginError(
    "ProtocolVersion",
    `this provider requires plugin protocol ${version}, the host offers ${offered}: use Terraform 1.0 or newer, or OpenTofu`,
  );
}

/** Keeps the process running on signals and broken pipes; an uncaught error ends it. */
function survive(log: Log): void {
  // Ctrl-C reaches the whole process group. The host handles it and sends StopProvider.
  process.on("SIGINT", () => log("debug", "SIGINT ignored: the host decides"));
  // Node would open a debugger, and Bun would end the process.
  process.on("SIGUSR1", () => log("debug", "SIGUSR1 ignored"));
  // The pipes break when the host exits; a failed write must not end in-flight work.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  process.on("uncaughtException", panic);
  process.on("unhandledRejection", panic);
}

/** Writes the only form of a crash that the host recognises and shows to the user (protocol.md §2.5). */
function panic(reason: unknown): never {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  try {
    writeSync(2, redact(`panic: ${error.message}\n\n${error.stack ?? ""}\n`));
  } catch {
    // The host has exited.
  }
  process.exit(2);
}
