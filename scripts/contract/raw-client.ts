import { Agent, request } from "node:https";
import type { Json } from "../../src/base/json.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string | undefined;
  /** The parsed body, or its text where it is no JSON. */
  readonly body: Json;
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Sent as it is; undefined sends none. */
  readonly text?: string | undefined;
  readonly contentType?: string | undefined;
  /** null sends no credential. */
  readonly token: string | null;
}

/** A client that neither retries nor interprets: what the server says is what comes back. */
export interface RawClient {
  send(request: RawRequest): Promise<RawAnswer>;
  close(): void;
}

export function rawClient(sandbox: Pick<Sandbox, "url" | "caCertificate">): RawClient {
  const agent = new Agent({ ca: sandbox.caCertificate, keepAlive: true });
  return {
    send: ({ method, path, text, contentType, token }) =>
      new Promise((resolve, reject) => {
        const outgoing = request(sandbox.url + path, {
          method,
          agent,
          headers: {
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(text === undefined
              ? {}
              : { "content-type": contentType ?? "application/json", "content-length": Buffer.byteLength(text) }),
          },
        });
        outgoing.on("error", reject);
        outgoing.on("response", (response) => {
          let received = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            received += chunk;
          });
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode ?? 0,
              contentType: response.headers["content-type"],
              body: parsed(received),
            }),
          );
        });
        outgoing.end(text);
      }),
    close: () => agent.destroy(),
  };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
