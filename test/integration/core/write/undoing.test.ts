import { afterEach, beforeEach, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../../src/base/json.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import type { Hikube } from "../../../../src/core/hikube.ts";
import { clusterPath } from "../../../../src/core/ids.ts";
import type { KubeClient, KubeRequest } from "../../../../src/kube/kube-client.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

// A client that undoes every write, a stale replica, and a lost answer: each at one exact request.

type Answer = (request: KubeRequest, ask: () => Promise<Json>) => Promise<Json>;

let tenancy: Tenancy;
/** Requests for the cluster's own path, as the library under test made them. */
let sent: KubeRequest["method"][];
beforeEach(async () => {
  sent = [];
  tenancy = await startTenancy("1.1.2", {}, { speed: 100 });
  await tenancy.hikube.clusters.converge(tenancy.id("c"), plainCluster, wish({ create: true }));
});
afterEach(() => tenancy.stop());

/** Another library, whose requests for the cluster are answered by `answer`. */
async function through(answer: Answer): Promise<Hikube> {
  const client = await tenancy.client();
  const path = clusterPath(tenancy.id("c"));
  const between: KubeClient = {
    server: client.server,
    namespace: client.namespace,
    failing: () => client.failing(),
    close: () => client.close(),
    request: async (request) => {
      if (request.path !== path) return await client.request(request);
      sent.push(request.method);
      return await answer(request, () => client.request(request));
    },
  };
  return await tenancy.another({ client: between });
}

const patches = (): number => sent.filter((method) => method === "PATCH").length;
const mostOf = (object: Json | undefined) => valueAt(object ?? null, ["spec", "nodeGroups", "web", "maxReplicas"]);
const wanted = { minReplicas: 1, maxReplicas: 4 };
const theirs = { spec: { nodeGroups: { web: { maxReplicas: 9 } } } };
const soon = () => ({ ...wish({ create: true }), deadline: tenancy.clock.now() + 15_000 });

test("a change undone before it is read back is written eleven times, then it is an error", async () => {
  const { group, edit } = tenancy;
  const stubborn = await through(async ({ method }, ask) => {
    const answer = await ask();
    if (method === "PATCH") await edit("c", theirs);
    return answer;
  });
  const error = await failed(
    stubborn.nodeGroups.converge(group("c", "web"), wanted, { ...soon(), waitFor: "accepted" }),
  );
  expect(error).toMatchObject({ code: "Lost", hint: expect.stringContaining("other client that writes") });
  expect(patches()).toBeGreaterThanOrEqual(11);
  expect(tenancy.sandbox.stored("Kubernetes", "c")).toBeDefined();
});

test("a change undone after each read is an error after ten tries, and blocks no later write", async () => {
  const { group, edit, sandbox } = tenancy;
  sandbox.faults.lifecycle("c", { groupStuck: "calm" });
  let fresh = false;
  const stubborn = await through(async ({ method }, ask) => {
    const answer = await ask();
    if (method === "PATCH") fresh = true;
    // The writer has seen that it holds; the wait has not looked yet.
    if (method === "GET" && fresh && mostOf(answer) === wanted.maxReplicas) {
      fresh = false;
      await edit("c", theirs);
    }
    return answer;
  });
  const stop = new AbortController();
  const calm = failed(
    stubborn.nodeGroups.converge(
      group("c", "calm"),
      { minReplicas: 1 },
      { ...wish({ create: true }), signal: stop.signal },
    ),
  );
  const accepted = Promise.withResolvers<void>();
  const web = failed(
    stubborn.nodeGroups.converge(group("c", "web"), wanted, { ...soon(), accepted: () => accepted.resolve() }),
  );
  await accepted.promise;
  let lost = false;
  const next = stubborn.nodeGroups.converge(
    group("c", "next"),
    { minReplicas: 0 },
    wish({ create: true, waitFor: "accepted", accepted: () => expect(lost).toBe(true) }),
  );
  expect(await web).toMatchObject({ code: "Lost", message: expect.stringContaining("10 times") });
  lost = true;
  // The write of one group made it, the repetitions were of the other one alone; the next goes although `calm` is not there yet.
  await next;
  stop.abort();
  expect(await calm).toMatchObject({ code: "Stopped" });
});

test("a refusal from before, told by a replica that lags, is not believed", async () => {
  const { group, hikube, edit } = tenancy;
  const enabled = { enabled: true, resolveConflicts: "NONE" } as const;
  await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
  await hikube.addons.converge(group("c", "velero"), enabled, wish({ create: true }));
  const client = await tenancy.client();
  const look = () => client.request({ method: "GET", path: clusterPath(tenancy.id("c")) });
  const readiness = async () => JSON.stringify(valueAt(await look(), ["status", "conditions"]));
  await edit("c", { spec: { nodeGroups: { web: { instanceType: "u9.huge" } } } });
  await tenancy.clock.until(async () => (await readiness()).includes("u9.huge"));
  const refused = await look();
  await edit("c", { spec: { nodeGroups: { web: { instanceType: "u1.large" } } } });
  await tenancy.clock.until(async () => /"True".*succeeded/.test(await readiness()));
  let lagging = 0;
  const library = await through(async ({ method }, ask) =>
    method === "GET" && lagging-- > 0 ? structuredClone(refused) : await ask(),
  );
  const accepted = () => {
    lagging = 3;
  };
  const state = await library.addons.converge(group("c", "velero"), enabled, wish({ previous: enabled, accepted }));
  expect(state.ready).toBe(true);
  expect(lagging).toBeLessThanOrEqual(0);
});

test("a deletion whose answer got lost is not repeated on a cluster made meanwhile", async () => {
  const { id, sandbox } = tenancy;
  const client = await tenancy.client();
  const metadata = async () =>
    valueAt(await client.request({ method: "GET", path: clusterPath(id("c")) }), ["metadata"]) as JsonObject;
  const { uid } = await metadata();
  const library = await through(async ({ method, path }, ask) => {
    const answer = await ask();
    if (method !== "DELETE" || sent.filter((one) => one === "DELETE").length > 1) return answer;
    await tenancy.clock.until(() => sandbox.stored("Kubernetes", "c") === undefined);
    const body = {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "Kubernetes",
      metadata: { name: "c", labels: { made: "anew" } },
      spec: { version: "v1.34" },
    };
    await client.request({ method: "POST", path: path.slice(0, path.lastIndexOf("/")), body });
    throw new KubeError("Network", "the connection was reset", { ambiguous: true });
  });
  await library.clusters.remove(id("c"), wish());
  const now = await metadata();
  expect(now["uid"]).not.toBe(uid);
  expect(now["deletionTimestamp"]).toBeUndefined();
  expect(sent.filter((method) => method === "DELETE")).toHaveLength(1);
});
