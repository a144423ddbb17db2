import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/base/json.ts";
import { runWatch } from "../../src/cli/watch.ts";
import { recordedIo } from "../support/command-io.ts";
import { sandboxClient } from "../support/sandbox-client.ts";
import { expectEmptyPlan, expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const fixtures = fileURLToPath(new URL("fixtures/states-of-0.1.0", import.meta.url));

interface StoredObject {
  readonly metadata: JsonObject & { readonly name: string };
  readonly spec: JsonObject;
}

interface StateFile {
  readonly resources: readonly {
    readonly type: string;
    readonly instances: readonly { readonly attributes: { readonly name: string; readonly uid?: string } }[];
  }[];
}

describe.each(["1.1.2", "1.6.2"] as const)("a state of 0.1.0 on platform %s", (profile) => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile, speed: 40 });
  });
  afterAll(() => bed?.close());

  /** Stores the clusters as they were, waits until they run, and returns their uids by name. */
  async function restore(kubeconfig: string): Promise<Map<string, string>> {
    const objects = JSON.parse(await readFile(join(fixtures, profile, "objects.json"), "utf8")) as StoredObject[];
    const client = sandboxClient(bed.sandbox);
    const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${bed.namespace}/kuberneteses`;
    const uids = new Map<string, string>();
    for (const { metadata, spec } of objects) {
      const body = { apiVersion: "apps.cozystack.io/v1alpha1", kind: "Kubernetes", metadata, spec };
      const { body: created } = await client.call("POST", path, { body });
      uids.set(metadata.name, (created["metadata"] as { readonly uid: string }).uid);
    }
    client.close();
    const io = recordedIo({ KUBECONFIG: kubeconfig, HOME: "/" });
    expect(await runWatch([], io), io.said.error).toBe(0);
    return uids;
  }

  test("plans empty, and an apply writes nothing", async () => {
    const workspace = await bed.workspace(await readFile(join(fixtures, profile, "main.tf"), "utf8"));
    const uids = await restore(join(workspace.directory, "kubeconfig"));
    let state = await readFile(join(fixtures, profile, "terraform.tfstate.json"), "utf8");
    for (const { type, instances } of (JSON.parse(state) as StateFile).resources) {
      if (type !== "hikube_cluster") continue;
      for (const { attributes } of instances) {
        state = state.replaceAll(attributes.uid ?? "", uids.get(attributes.name) ?? "");
      }
    }
    if (bed.opentofu) state = state.replaceAll("registry.terraform.io", "registry.opentofu.org");
    await writeFile(join(workspace.directory, "terraform.tfstate"), state);
    const writes = bed.sandbox.writes;
    await expectEmptyPlan(workspace);
    expectSuccess(await workspace.apply());
    await expectEmptyPlan(workspace);
    expect(bed.sandbox.writes).toBe(writes);
  });
});
