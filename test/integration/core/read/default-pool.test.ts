import { afterEach, beforeEach, expect, test } from "vitest";
import { failed, plainCluster, showDeletion, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

// The default group and a group resource of the same name, where node groups are objects of their own.

const signal = new AbortController().signal;
const wanted = { ...plainCluster, defaultNodeGroup: true };
const size = { instanceType: "u1.medium", minReplicas: 1, maxReplicas: 3 };
let tenancy: Tenancy;

beforeEach(async () => {
  tenancy = await startTenancy("next");
  await tenancy.hikube.clusters.converge(tenancy.id("c"), wanted, wish({ create: true }));
});
afterEach(() => tenancy.stop());

const pool = () => tenancy.sandbox.stored("KubernetesNodes", "c-md0");
const read = async () => await tenancy.hikube.clusters.observe(tenancy.id("c"), { signal, fresh: true });

test("a group resource md0 stays after an interrupted removal of the default group", async () => {
  const { hikube, group, id, clock, sandbox } = tenancy;
  const stop = new AbortController();
  const removal = failed(
    hikube.clusters.converge(id("c"), plainCluster, wish({ previous: wanted, signal: stop.signal })),
  );
  await clock.until(() => sandbox.requests.some(({ method, path }) => method === "DELETE" && path.endsWith("/c-md0")));
  stop.abort();
  expect(await removal).toMatchObject({ code: "Stopped" });
  await clock.until(() => pool() === undefined);
  await hikube.nodeGroups.converge(group("c", "md0"), size, wish({ create: true }));
  expect(await read()).toMatchObject({ defaultNodeGroup: false, nodeGroups: ["md0"] });
  await hikube.clusters.converge(id("c"), { ...plainCluster, host: "c.example.org" }, wish({ previous: plainCluster }));
  expect(pool()).toBeDefined();
  await hikube.nodeGroups.converge(group("c", "md0"), { ...size, maxReplicas: 4 }, wish({ previous: size }));
  expect(await read()).toMatchObject({ defaultNodeGroup: false });
});

test("no group is created in a cluster that is being deleted", async () => {
  await showDeletion(tenancy, "c");
  const { nodeGroups } = await tenancy.another();
  const error = await failed(nodeGroups.converge(tenancy.group("c", "web"), size, wish({ create: true })));
  expect(error).toMatchObject({ code: "Deleting" });
  expect(tenancy.sandbox.stored("KubernetesNodes", "c-web")).toBeUndefined();
});
