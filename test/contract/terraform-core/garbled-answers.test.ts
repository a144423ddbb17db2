import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import fc from "../../support/fast-check.ts";
import { openClient } from "../../support/kube-client.ts";
import { diagnosticsOf, dynamic, type Instance, stateFrom } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import { configOf, impliedType } from "../../support/terraform-core/core-schema.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";
import { anyJson, replaced, rubbish } from "../../support/values/rubbish.ts";

// A platform that answers 200 with anything that JSON can express: Terraform gets an answer that it can read, or words.

describe.each(["1.1.2", "1.6.2"] as const)("the provider on platform %s", (profile) => {
  let served: Served;
  let core: Core;
  const instances: Instance[] = [];
  /** True answers of the paths that a refresh reads. */
  const truth = new Map<string, Json>();

  beforeAll(async () => {
    served = await startServed(profile);
    core = await served.core();
    const make = async (type: string, written: Record<string, unknown>): Promise<Instance> => {
      const config = core.config(type, written);
      const { instance, diagnostics } = await core.apply(await core.plan(type, config), config);
      if (instance === undefined) throw new Error(JSON.stringify(diagnostics));
      instances.push(instance);
      return instance;
    };
    const cluster = await make("hikube_cluster", { name: "c", version: "1.34" });
    const { id } = cluster.state;
    await make("hikube_nodegroup", { cluster_id: id, name: "web", wait_for: "accepted" });
    await make("hikube_addon", { cluster_id: id, name: "cert-manager", wait_for: "accepted" });
    const answers = served.sandbox.requests.filter(({ method, status }) => method === "GET" && status === 200);
    const client = await openClient({ kubeconfig: served.sandbox.kubeconfig });
    for (const path of new Set(answers.map((request) => request.path))) {
      truth.set(path, await client.request({ method: "GET", path }));
    }
    await client.close();
  });

  afterAll(() => served?.stop());

  /** Reads everything with a new provider that retries nothing. */
  async function refreshAll(): Promise<void> {
    const connection = served.connect();
    const { kubeconfig } = served.sandbox;
    const configuration = configOf(core.providerSchema, { kubeconfig, max_retries: 0, request_timeout: "2s" });
    await connection.call("ConfigureProvider", { config: dynamic(configuration, impliedType(core.providerSchema)) });
    for (const { type, state } of instances) {
      const found = core.resources.get(type);
      if (found === undefined) throw new Error(type);
      const answer = await connection.call("ReadResource", {
        type_name: type,
        current_state: dynamic(state, found.wire),
      });
      const diagnostics = diagnosticsOf(answer, found.schema);
      for (const { summary, detail } of diagnostics) {
        expect(`${summary} ${detail}`).not.toMatch(/Internal error|TypeError|RangeError|undefined|call stack/);
        expect(detail.length).toBeLessThan(8_000);
      }
      stateFrom(answer["new_state"], found.wire);
    }
    await connection.close();
  }

  test("withstands a platform that answers with any bytes", async () => {
    for (const [, text] of rubbish) {
      for (const path of truth.keys()) {
        const off = served.sandbox.faults.add({
          match: { method: "GET", path: new RegExp(`^${path}$`), times: 100 },
          action: { kind: "answer", status: 200, body: text },
        });
        await refreshAll();
        off();
      }
    }
  });

  test("withstands answers with values of another kind and with odd or endless text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...truth.keys()), fc.nat(), anyJson, async (path, at, value) => {
        const off = served.sandbox.faults.add({
          match: { method: "GET", path: new RegExp(`^${path}$`), times: 100 },
          action: { kind: "answer", status: 200, body: replaced(truth.get(path) ?? null, at, value) },
        });
        try {
          await refreshAll();
        } finally {
          off();
        }
      }),
      { numRuns: 60, examples: [...truth.keys()].map((path): [string, number, null] => [path, 0, null]) },
    );
  });
});
