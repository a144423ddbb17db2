import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type Connection, connect } from "./connection.ts";
import type { Identity } from "./identity.ts";
import { call, type ServiceClient, serviceClient } from "./services.ts";

/** The handshake line, taken apart by the rules of go-plugin. */
export interface Handshake {
  readonly line: string;
  readonly network: string;
  readonly address: string;
  readonly certificate: string;
}

/** Exit code and signal of a process that has ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A provider process that this one started as Terraform does. */
export interface PluginProcess {
  readonly process: ChildProcess;
  readonly handshake: Handshake;
  /** Milliseconds from start to the handshake line. */
  readonly handshakeMs: number;
  /** All that was written to stderr so far, where it is kept. */
  stderr(): string;
  /** A client of one service, by full name; by default with the identity that the process was started with. */
  client(service: string, identity?: Identity): ServiceClient;
  /** A connection as Terraform holds it. */
  connect(): Connection;
  /** Shuts the process down as Terraform does, and waits for its end. */
  shutdown(): Promise<Exit>;
  /** Once it ended. */
  readonly exited: Promise<Exit>;
}

export const COOKIE = {
  key: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
};

export interface PluginOptions {
  /** Mutual TLS with this certificate; plain text without. */
  readonly identity?: Identity;
  readonly env?: Readonly<Record<string, string>>;
  /** Its working directory; by default this process's. */
  readonly cwd?: string | undefined;
  /** What happens to its stderr: `pipe` keeps it for `stderr()`. */
  readonly stderr?: "pipe" | "inherit" | "ignore";
}

/** Starts a plugin as Terraform does, without arguments and with its variables, and waits for the handshake. */
export async function startPlugin(command: readonly string[], options: PluginOptions = {}): Promise<PluginProcess> {
  const { identity } = options;
  const [program = "", ...parameters] = command;
  const began = performance.now();
  const child = spawn(program, parameters, {
    cwd: options.cwd,
    env: {
      ...process.env,
      [COOKIE.key]: COOKIE.value,
      PLUGIN_PROTOCOL_VERSIONS: "6,5",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_MAX_PORT: "25000",
      ...(identity && { PLUGIN_CLIENT_CERT: identity.certificate }),
      ...options.env,
    },
    stdio: ["ignore", "pipe", options.stderr ?? "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<Exit>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const { stdout } = child;
  if (stdout === null) throw new Error("the process has no stdout");
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`it ended with ${code} before its handshake; stderr: ${stderr}`)));
  });
  const handshakeMs = performance.now() - began;
  const [, , network = "", address = "", , certificate = ""] = line.split("|", 6);
  const target = network === "unix" ? `unix:${address}` : address;
  const withServer = (as: Identity | undefined) => as && { ...as, server: certificate };
  const client: PluginProcess["client"] = (service, as = identity) =>
    serviceClient(service, target, { identity: withServer(as) });
  return {
    process: child,
    handshake: { line, network, address, certificate },
    handshakeMs,
    stderr: () => stderr,
    exited,
    client,
    connect: () => connect(target, withServer(identity)),
    shutdown: async () => {
      const controller = client("plugin.GRPCController");
      // Go plugins may be gone before their answer is.
      await call(controller, "Shutdown").catch(() => child.kill());
      controller.close();
      return exited;
    },
  };
}
