import { connect as dial, isIP, type Socket } from "node:net";
import { buildConnector } from "undici";

type Connector = ReturnType<typeof buildConnector>;

/** The reason why a SOCKS5 proxy did not connect; `code` distinguishes it from other network failures. */
export class SocksError extends Error {
  override readonly name = "SocksError";
  readonly code = "ERR_SOCKS";
}

const REPLIES: readonly string[] = [
  "",
  "it failed",
  "its rules forbid the connection",
  "it finds no route to the network",
  "it finds no route to the host, or cannot resolve its name",
  "the server refuses connections",
  "the connection took too long",
  "it does not support this kind of connection",
  "it does not support this kind of address",
];

/**
 * Returns an undici connector through a SOCKS5 proxy (RFC 1928, password by RFC 1929). The proxy resolves names, as in Go with
 * `socks5://` and `socks5h://`. undici's own agent sends an IP address as TLS server name, which TLS forbids, and warns on stderr.
 */
export function socksConnector(proxy: URL, secure: Parameters<typeof buildConnector>[0], timeoutMs: number): Connector {
  const upgrade = buildConnector(secure);
  return (options, callback) => {
    tunnel(proxy, options, timeoutMs).then(
      (socket) =>
        options.protocol === "https:" ? upgrade({ ...options, httpSocket: socket }, callback) : callback(null, socket),
      (error: Error) => callback(error, null),
    );
  };
}

async function tunnel(
  proxy: URL,
  target: { readonly hostname: string; readonly port: string; readonly protocol: string },
  timeoutMs: number,
): Promise<Socket> {
  const socket = dial({ host: proxy.hostname.replace(/^\[|\]$/g, ""), port: Number(proxy.port || 1080) });
  socket.setNoDelay(true);
  const timer = setTimeout(() => socket.destroy(new SocksError("it does not answer")), timeoutMs);
  const answers = new Answers(socket);
  try {
    const user = Buffer.from(decodeURIComponent(proxy.username));
    const password = Buffer.from(decodeURIComponent(proxy.password));
    const hasUser = user.length > 0;
    socket.write(hasUser ? Buffer.of(5, 2, 0, 2) : Buffer.of(5, 1, 0));
    const [version, method] = await answers.take(2);
    if (version !== 5) throw new SocksError("it does not speak SOCKS5");
    if (method === 2 && hasUser) {
      if (user.length > 255 || password.length > 255) throw new SocksError("the user or password is too long for it");
      socket.write(Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(password.length), password]));
      const [, status] = await answers.take(2);
      if (status !== 0) throw new SocksError("it refused the user or password");
    } else if (method !== 0) {
      throw new SocksError(
        hasUser ? "it accepts no password" : "it requires a login; put `user:password@` into its URL",
      );
    }
    const port = Number(target.port || (target.protocol === "https:" ? 443 : 80));
    socket.write(Buffer.concat([Buffer.of(5, 1, 0), addressOf(target.hostname), Buffer.of(port >> 8, port & 255)]));
    const [, reply = 1, , kind] = await answers.take(4);
    if (reply !== 0) throw new SocksError(REPLIES[reply] ?? `it answered ${reply}`);
    const [length = 0] = kind === 3 ? await answers.take(1) : kind === 4 ? [16] : [4];
    await answers.take(length + 2);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    answers.end();
  }
}

function addressOf(hostname: string): Buffer {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) === 4) return Buffer.from([1, ...host.split(".").map(Number)]);
  if (isIP(host) === 6) return Buffer.concat([Buffer.of(4), ipv6Bytes(host)]);
  const name = Buffer.from(host);
  if (name.length > 255) throw new SocksError("the server's name is too long for it");
  return Buffer.concat([Buffer.of(3, name.length), name]);
}

/** Converts an IPv6 address in URL form: only groups of hexadecimal digits, with at most one `::`. */
function ipv6Bytes(address: string): Buffer {
  const [head = "", tail = ""] = address.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail);
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 255]));
}

/** Reads a given number of bytes from a socket. */
class Answers {
  private readonly socket: Socket;
  private buffer: Buffer = Buffer.alloc(0);
  private failure: Error | undefined;
  private wake: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", this.onData).on("error", this.onError).on("close", this.onClose);
  }

  async take(length: number): Promise<Buffer> {
    while (this.buffer.length < length) {
      if (this.failure !== undefined) throw this.failure;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    const taken = this.buffer.subarray(0, length);
    this.buffer = this.buffer.subarray(length);
    return taken;
  }

  end(): void {
    this.socket.off("data", this.onData).off("error", this.onError).off("close", this.onClose);
    // An error between two owners must not end the process; the next owner detects the closed socket.
    this.socket.on("error", () => {});
  }

  private readonly onData = (chunk: Buffer): void => {
    this.buffer = Buffer.concat([this.buffer, chunk]);
    this.wake();
  };

  private readonly onError = (error: Error): void => {
    this.failure ??= error;
    this.wake();
  };

  private readonly onClose = (): void => {
    this.failure ??= new SocksError("it closed the connection");
    this.wake();
  };
}
