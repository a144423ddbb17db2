import { Agent, request } from "node:https";
import type { Json, JsonObject } from "../../src/base/json.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { IdleClock } from "./clock/idle-clock.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The parsed body; `{}` where it is not a JSON object. */
  readonly body: JsonObject;
}

export interface CallOptions {
  readonly body?: Json | string;
  readonly contentType?: string;
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of a sandbox without retries: it returns every answer unchanged. */
export interface SandboxClient {
  readonly clusters: string;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  get(name: string): Promise<Answer>;
  create(name: string, spec: JsonObject, labels?: Record<string, string>): Promise<Answer>;
  merge(name: string, patch: JsonObject): Promise<Answer>;
  patch(name: string, operations: Json[]): Promise<Answer>;
  /** A merge patch or a JSON Patch, repeated while it conflicts with writes of Flux, as on 1.1. */
  change(name: string, patch: JsonObject | Json[]): Promise<void>;
  /** The cluster once the condition `Ready` has this status and the message holds the text. */
  until(name: string, status: string, text?: string): Promise<JsonObject>;
  close(): void;
}

/** @param clock the sandbox's scripted clock, if any: it stands still during a request. */
export function sandboxClient(sandbox: Sandbox, clock?: IdleClock): SandboxClient {
  const agent = new Agent({ ca: sandbox.caCertificate, keepAlive: true, maxSockets: 20 });
  const clusters = `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kuberneteses`;
  const send: SandboxClient["call"] = (method, path, options = {}) =>
    new Promise((resolve, reject) => {
      const { body } = options;
      const payload = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
      const token = options.token === undefined ? sandbox.token : options.token;
      const outgoing = request(sandbox.url + path, {
        method,
        agent,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(payload === undefined
            ? {}
            : {
                "content-type": options.contentType ?? "application/json",
                "content-length": Buffer.byteLength(payload),
              }),
          ...options.headers,
        },
      });
      outgoing.on("error", reject);
      outgoing.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) }),
        );
      });
      outgoing.end(payload);
    });
  const call: SandboxClient["call"] = (...asked) =>
    clock === undefined ? send(...asked) : clock.during(() => send(...asked));
  const pause = () => clock?.sleep(5) ?? new Promise((resolve) => setTimeout(resolve, 5));
  const change = async (name: string, patch: JsonObject | Json[]): Promise<void> => {
    const kind = Array.isArray(patch) ? "json-patch" : "merge-patch";
    for (;;) {
      const answer = await call("PATCH", `${clusters}/${name}`, {
        body: patch,
        contentType: `application/${kind}+json`,
      });
      if (answer.status === 200) return;
      if (!answer.text.includes("the object has been modified")) throw new Error(answer.text);
    }
  };
  const get = (name: string) => call("GET", `${clusters}/${name}`);
  return {
    clusters,
    call,
    get,
    change,
    create: (name, spec, labels = { "app.kubernetes.io/managed-by": "test" }) =>
      call("POST", clusters, { body: { metadata: { name, labels }, spec } }),
    merge: (name, patch) =>
      call("PATCH", `${clusters}/${name}`, { body: patch, contentType: "application/merge-patch+json" }),
    patch: (name, operations) =>
      call("PATCH", `${clusters}/${name}`, { body: operations, contentType: "application/json-patch+json" }),
    until: async (name, status, text = "") => {
      for (;;) {
        const { body } = await get(name);
        const ready = readyOf(body);
        if (ready?.["status"] === status && String(ready["message"]).includes(text)) return body;
        await pause();
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

/** The condition `Ready` of an application. */
export function readyOf(object: JsonObject): JsonObject | undefined {
  const status = object["status"] as JsonObject | undefined;
  const conditions = (status?.["conditions"] ?? []) as JsonObject[];
  return conditions.find((condition) => condition["type"] === "Ready");
}

/** A complete node group of either platform version. */
export function completeGroup(profile: "1.1.2" | "1.6.2", more: JsonObject = {}): JsonObject {
  return {
    minReplicas: 1,
    maxReplicas: 3,
    instanceType: "s1.large",
    resources: {},
    roles: [],
    gpus: [],
    ...(profile === "1.1.2" ? { ephemeralStorage: "20Gi" } : { diskSize: "20Gi" }),
    ...more,
  };
}

/** The kubeconfig of a cluster's administrator, as YAML. */
export async function adminKubeconfig(client: SandboxClient, sandbox: Sandbox, cluster: string): Promise<string> {
  const path = `/api/v1/namespaces/${sandbox.namespace}/secrets/kubernetes-${cluster}-admin-kubeconfig`;
  const { body } = await client.call("GET", path);
  return Buffer.from((body["data"] as Record<string, string>)["admin.conf"] ?? "", "base64").toString();
}
