import { afterEach, beforeEach, expect, test } from "vitest";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

let tenancy: Tenancy;

beforeEach(async () => {
  tenancy = await startTenancy("1.1.2", {}, { speed: 100 });
});

afterEach(() => tenancy.stop());

test("removal after an upgrade > corrects refused groups, then deletes everything", async () => {
  const { hikube, id, group, sandbox, clock } = tenancy;
  await hikube.clusters.converge(id("c"), { ...plainCluster, version: "1.30" }, wish({ create: true }));
  await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
  await clock.during(() => sandbox.migrate("1.6.2"));
  const later = await tenancy.another();
  await clock.until(() => JSON.stringify(sandbox.stored("Kubernetes", "c")?.values).includes("diskSize"));
  await later.clusters.remove(id("c"), wish());
  const writes = sandbox.requests.filter(({ method, path }) => method !== "GET" && path.endsWith("/kuberneteses/c"));
  const corrected = writes.findIndex(({ body }) =>
    body?.includes('{"op":"remove","path":"/spec/nodeGroups/web/ephemeralStorage"}'),
  );
  const deleted = writes.findIndex(({ method }) => method === "DELETE");
  expect(corrected).toBeGreaterThan(-1);
  expect(deleted).toBeGreaterThan(corrected);
  expect(sandbox.stored("Kubernetes", "c")).toBeUndefined();
});
