import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { terminalPicture } from "../../../scripts/terminal-picture.ts";
import { watchTable } from "../../../src/cli/watch-table.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

// The guide shows what the command prints. Where HIKUBE_UPDATE_GOLDEN is 1, the picture is written again.

const picture = fileURLToPath(new URL("../../../docs/images/watch.svg", import.meta.url));

let tenancy: Tenancy;

beforeAll(async () => {
  tenancy = await startTenancy("1.1.2", {}, { namespace: "tenant-acme" });
  const { hikube, sandbox, id, group, clock } = tenancy;
  await hikube.clusters.converge(id("prod"), plainCluster, wish({ create: true }));
  const sizes = { minReplicas: 2, maxReplicas: 4, roles: ["ingress-nginx"] };
  await hikube.nodeGroups.converge(group("prod", "web"), sizes, wish({ create: true }));
  sandbox.faults.lifecycle("prod", { groupStuck: "ml" });
  const gpus = { minReplicas: 1, maxReplicas: 5, gpus: [{ name: "nvidia.com/AD102GL_L40S" }] };
  await hikube.nodeGroups.converge(group("prod", "ml"), gpus, wish({ create: true, deadline: clock.now() + 30_000 }));
  for (const name of ["cert-manager", "ingress-nginx"]) {
    await hikube.addons.converge(
      group("prod", name),
      { enabled: true, resolveConflicts: "NONE" },
      wish({ create: true, deadline: clock.now() + 30_000 }),
    );
  }
});
afterAll(() => tenancy?.stop());

test("the guide to watch shows the table that it prints", async () => {
  const [progress] = await tenancy.hikube.progress({ signal: new AbortController().signal, fresh: true });
  if (progress === undefined) throw new Error("the cluster has no progress");
  const now = tenancy.clock.now();
  const event = {
    at: now - 12_000,
    isWarning: true,
    about: "virt-launcher-kubernetes-prod-ml-x7k2p",
    reason: "FailedScheduling",
    message: "0/9 nodes are available: 9 Insufficient nvidia.com/AD102GL_L40S",
    count: 1,
  };
  const lines = watchTable([{ ...progress, lastEvent: event }], now, now - 83_000);
  const drawn = terminalPicture("hikube watch prod", lines.join("\n"));
  if (process.env["HIKUBE_UPDATE_GOLDEN"] === "1") await writeFile(picture, drawn);
  expect(await readFile(picture, "utf8")).toBe(drawn);
});
