import { afterEach, expect, test } from "vitest";
import { clusterPath } from "../../../../src/core/ids.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

// After a restart, one of the platform's servers makes patches on an old copy of the object for a while (platform.md §1.1, §7).

let tenancy: Tenancy;

afterEach(() => tenancy.stop());

const group = { instanceType: "u1.medium", minReplicas: 0, maxReplicas: 1 } as const;

const name = "a write of another process survives a server of %s that makes patches on an old copy for a while";
test.each(["1.1.2", "1.6.2"] as const)(name, async (profile) => {
  tenancy = await startTenancy(profile);
  const { hikube, sandbox, id, group: of } = tenancy;
  await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
  const other = await tenancy.another();
  await other.nodeGroups.converge(of("c", "theirs"), group, wish({ create: true }));
  sandbox.faults.add({
    match: { method: "PATCH", path: new RegExp(clusterPath(id("c"))), times: 8 },
    action: { kind: "stale", versions: 10 },
  });
  const third = await tenancy.another();
  const before = sandbox.requests.length;
  await third.nodeGroups.converge(of("c", "ours"), group, wish({ create: true }));
  const refused = sandbox.requests.slice(before).filter(({ method, status }) => method === "PATCH" && status >= 400);
  expect(refused).toHaveLength(8);
  const spec = sandbox.stored("Kubernetes", "c")?.values;
  expect(Object.keys(spec?.["nodeGroups"] as object)).toEqual(expect.arrayContaining(["ours", "theirs"]));
});
