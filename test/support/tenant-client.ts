import { Agent, request } from "node:https";
import { parse } from "yaml";
import type { Json, JsonObject } from "../../src/base/json.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { IdleClock } from "./clock/idle-clock.ts";
import { adminKubeconfig, type SandboxClient } from "./sandbox-client.ts";

export interface TenantAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly body: JsonObject;
}

interface TenantCall {
  readonly body?: Json | string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An administrator of a tenant cluster, with the kubeconfig of its secret. */
export interface TenantClient {
  /** The kubeconfig as YAML. */
  readonly kubeconfig: string;
  call(method: string, path: string, options?: TenantCall): Promise<TenantAnswer>;
  /** The body of a GET. */
  get(path: string): Promise<JsonObject>;
  /** The events of a watch as they come; `end` closes it. */
  watch(path: string): { readonly events: readonly JsonObject[]; end(): void };
  /** Asks again and again until there is an answer. */
  until<T>(what: () => Promise<T | undefined | false>): Promise<T>;
  close(): void;
}

/** @param clock the sandbox's scripted clock. */
export async function tenantClient(
  sandbox: Sandbox,
  client: SandboxClient,
  cluster: string,
  clock: IdleClock,
): Promise<TenantClient> {
  const kubeconfig = await adminKubeconfig(client, sandbox, cluster);
  const config = parse(kubeconfig) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const server = config.clusters[0]?.cluster ?? {};
  const user = config.users[0]?.user ?? {};
  const pem = (value: string | undefined) => Buffer.from(value ?? "", "base64");
  const agent = new Agent({
    keepAlive: true,
    ca: pem(server["certificate-authority-data"]),
    cert: pem(user["client-certificate-data"]),
    key: pem(user["client-key-data"]),
  });
  const call: TenantClient["call"] = (method, target, options = {}) =>
    clock.during(
      () =>
        new Promise((resolve, reject) => {
          const { body } = options;
          const payload = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
          const headers = {
            ...(payload === ""
              ? {}
              : {
                  "content-type": options.contentType ?? "application/json",
                  "content-length": String(Buffer.byteLength(payload)),
                }),
            ...options.headers,
          };
          request(`${server["server"]}${target}`, { method, agent, headers }, (response) => {
            let text = "";
            response.on("data", (chunk: Buffer) => {
              text += chunk.toString();
            });
            response.on("end", () =>
              resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) }),
            );
          })
            .on("error", reject)
            .end(payload);
        }),
    );
  return {
    kubeconfig,
    call,
    get: async (target) => (await call("GET", target)).body,
    watch: (target) => {
      const events: JsonObject[] = [];
      let rest = "";
      const outgoing = request(`${server["server"]}${target}`, { agent }, (response) => {
        response.on("data", (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split("\n");
          rest = lines.pop() ?? "";
          events.push(...lines.map((line) => JSON.parse(line) as JsonObject));
        });
        response.on("error", () => {});
      });
      outgoing.on("error", () => {});
      outgoing.end();
      return { events, end: () => outgoing.destroy() };
    },
    until: async (what) => {
      for (;;) {
        const found = await what();
        if (found !== undefined && found !== false) return found;
        await clock.sleep(5);
      }
    },
    close: () => agent.destroy(),
  };
}

function parsed(text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {};
  }
}
