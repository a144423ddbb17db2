import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server, ListenOptions as Where } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PluginError } from "./plugin-error.ts";

/** Maximum length of a socket path in bytes: 104 on macOS (108 on Linux), minus the terminating zero. */
const MAX_SOCKET_PATH = 103;

export interface Endpoint {
  readonly network: "unix" | "tcp";
  /** Path of the socket, or host and port. */
  readonly address: string;
  /** Removes the socket file and its directory; may be called at exit and more than once. */
  release(): void;
}

export interface ListenOptions {
  /** Default: unix sockets, except on Windows, where Node does not support them. */
  readonly network?: "unix" | "tcp" | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Binds the server to a unix socket in a private directory, or to a loopback port. Honours `PLUGIN_UNIX_SOCKET_DIR` and
 * `PLUGIN_UNIX_SOCKET_GROUP` (protocol.md §2.1). Throws PluginError `Listen`.
 */
export async function listen(server: Server, options: ListenOptions): Promise<Endpoint> {
  const network = options.network ?? (process.platform === "win32" ? "tcp" : "unix");
  if (network === "tcp") {
    await bind(server, { host: "127.0.0.1", port: 0 }, "127.0.0.1");
    const bound = server.address();
    const port = typeof bound === "object" ? bound?.port : undefined;
    return { network, address: `127.0.0.1:${port}`, release: () => {} };
  }
  const { folder, isOurs } = socketFolder(options.env["PLUGIN_UNIX_SOCKET_DIR"]);
  const address = join(folder, isOurs ? "plugin" : `plugin${process.pid}-${process.hrtime.bigint().toString(36)}`);
  const release = () => rmSync(isOurs ? folder : address, { recursive: true, force: true });
  try {
    await bind(server, { path: address }, `unix:${address}`);
    const group = options.env["PLUGIN_UNIX_SOCKET_GROUP"];
    if (group === undefined || group === "") chmodSync(address, 0o600);
    else {
      chownSync(address, process.getuid?.() ?? 0, groupId(group));
      chmodSync(address, 0o660);
    }
  } catch (error) {
    release();
    if (error instanceof PluginError) throw error;
    throw new PluginError("Listen", `cannot create the plugin's socket: ${textOf(error)}`, error);
  }
  return { network, address, release };
}

function socketFolder(asked: string | undefined): { folder: string; isOurs: boolean } {
  if (asked !== undefined && asked !== "") return { folder: asked, isOurs: false };
  const bases = [tmpdir(), "/tmp"];
  const base = bases.find((path) => Buffer.byteLength(path) + "/tfpXXXXXX/plugin".length <= MAX_SOCKET_PATH);
  try {
    // mkdtemp creates the directory with mode 0700: other users cannot reach the socket, whatever its own mode.
    return { folder: mkdtempSync(join(base ?? "/tmp", "tfp")), isOurs: true };
  } catch (error) {
    throw new PluginError("Listen", `cannot create a directory for the plugin's socket: ${textOf(error)}`, error);
  }
}

/** Reads /etc/group, because Node cannot look up groups by name. */
function groupId(group: string): number {
  if (/^[0-9]+$/.test(group)) return Number(group);
  const line = readFileSync("/etc/group", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${group}:`));
  const id = line?.split(":")[2];
  if (id === undefined) throw new PluginError("Listen", `PLUGIN_UNIX_SOCKET_GROUP: unknown group ${group}`);
  return Number(id);
}

function bind(server: Server, where: Where, target: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error) =>
      reject(new PluginError("Listen", `cannot listen on ${target}: ${error.message}`, error));
    server.once("error", failed);
    server.listen(where, () => {
      server.off("error", failed);
      resolve();
    });
  });
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
