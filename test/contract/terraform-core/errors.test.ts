import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { untilWaitedFor } from "../../support/provider/provider-on-sandbox.ts";
import { hasError, type Instance } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";

// What an error leaves behind is what Terraform stores: core-client.ts asserts that it can be stored and that nothing was lost.

let served: Served;
let core: Core;

beforeAll(async () => {
  served = await startServed("1.6.2");
  core = await served.core();
});

afterAll(() => served?.stop());

const type = "hikube_cluster";
const forbidden = {
  kind: "answer",
  status: 403,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Forbidden", message: "not you", code: 403 },
} as const;

async function accepted(name: string): Promise<Instance> {
  const config = core.config(type, { name, version: "1.33", wait_for: "accepted" });
  const { instance, diagnostics } = await core.apply(await core.plan(type, config), config);
  expect(diagnostics).toEqual([]);
  if (instance === undefined) throw new Error("nothing was made");
  return instance;
}

test("a create that is refused leaves nothing, because there is nothing", async () => {
  const config = core.config(type, { name: "refused", version: "1.33" });
  const plan = await core.plan(type, config);
  const remove = served.sandbox.faults.add({
    match: { method: "POST", path: /kuberneteses/, times: 50 },
    action: forbidden,
  });
  const { diagnostics, instance } = await core.apply(plan, config);
  remove();
  expect(hasError(diagnostics)).toBe(true);
  expect(JSON.stringify(diagnostics)).toContain("not you");
  expect(instance).toBeUndefined();
  expect(served.sandbox.stored("Kubernetes", "refused")).toBeUndefined();
});

describe.concurrent("once there is something", () => {
  test("an accepted create that does not finish in time is kept with all its known values", async () => {
    served.sandbox.faults.lifecycle("slow", { neverFinishes: true });
    const config = core.config(type, { name: "slow", version: "1.33", timeouts: { create: "10m" } });
    const plan = await core.plan(type, config);
    const since = served.sandbox.requests.length;
    const [{ diagnostics, instance }] = await Promise.all([
      core.apply(plan, config),
      untilWaitedFor(served.sandbox, "slow", since).then(() => served.clock.jump(10 * 60_000)),
    ]);
    expect(hasError(diagnostics)).toBe(true);
    expect(diagnostics[0]).toMatchObject({
      summary: "Cluster slow is not ready yet",
      detail: expect.stringMatching(
        /^After \d+m\w* cluster slow is not ready: .*\n\nThe installation continues in the background\./s,
      ),
    });
    expect(diagnostics[0]?.detail).toMatch(
      /terraform untaint hikube_cluster.*timeouts\.create.*destroy -refresh=false/s,
    );
    expect(instance?.state).toMatchObject({ id: `${served.sandbox.namespace}/slow`, ready: false });
    expect(instance?.identity).toBeDefined();
  });

  test("an update that does not finish in time is no matter of taint: the next apply waits again", async () => {
    const before = await accepted("late");
    served.sandbox.faults.lifecycle("late", { neverFinishes: true });
    const timeouts = { update: "1s" };
    const config = core.config(type, { name: "late", version: "1.33", host: "late.example.org", timeouts });
    const { diagnostics } = await core.apply(await core.plan(type, config, before), config);
    expect(diagnostics[0]).toMatchObject({ severity: "error", summary: "Cluster late is not ready yet" });
    expect(diagnostics[0]?.detail).toMatch(/The change continues in the background\..*`timeouts\.update`/s);
    expect(diagnostics[0]?.detail).not.toContain("untaint");
  });

  test("an update that is refused leaves state, private data and identity as they were", async () => {
    const before = await accepted("kept");
    const config = core.config(type, { name: "kept", version: "1.33", wait_for: "accepted", labels: { a: "b" } });
    const plan = await core.plan(type, config, before);
    expect(plan.action).toBe("update");
    const remove = served.sandbox.faults.add({
      match: { method: "PATCH", path: /kept/, times: 50 },
      action: forbidden,
    });
    const { diagnostics, instance } = await core.apply(plan, config);
    remove();
    expect(hasError(diagnostics)).toBe(true);
    expect(instance?.state).toEqual(before.state);
    expect(instance?.identity).toEqual(before.identity);
  });

  test("a destroy that is refused keeps the object in the state", async () => {
    const before = await accepted("stays");
    const plan = await core.plan(type, null, before);
    const remove = served.sandbox.faults.add({
      match: { method: "DELETE", path: /stays/, times: 50 },
      action: forbidden,
    });
    const { diagnostics, instance } = await core.apply(plan, null);
    remove();
    expect(hasError(diagnostics)).toBe(true);
    expect(instance?.state).toEqual(before.state);
  });

  test("a read that fails keeps the state, and one of an object that is gone answers nothing", async () => {
    const before = await accepted("read");
    const remove = served.sandbox.faults.add({
      match: { method: "GET", path: /kuberneteses\/read/, times: 50 },
      action: forbidden,
    });
    const failed = await core.refresh(before);
    remove();
    expect(hasError(failed.diagnostics)).toBe(true);
    expect(failed.instance).toEqual(before);
    await core.apply(await core.plan(type, null, before), null);
    expect((await core.refresh(before)).instance).toBeUndefined();
  });
});
