import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { noLog } from "../../../src/base/log.ts";
import { runWatch } from "../../../src/cli/watch.ts";
import type { Hikube } from "../../../src/core/hikube.ts";
import { withProgressFile } from "../../../src/hikube/shared/progress/progress-file.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";
import { recordedIo } from "../../support/command-io.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

let tenancy: Tenancy;
let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  tenancy = await startTenancy("1.1.2");
  folder = await mkdtemp(join(tmpdir(), "hikube-watch-"));
  await writeFile(join(folder, "kubeconfig"), tenancy.sandbox.kubeconfig);
  env = { HOME: folder, KUBECONFIG: join(folder, "kubeconfig") };
});
afterEach(async () => {
  await tenancy.stop();
  await rm(folder, { recursive: true, force: true });
});

const group = { instanceType: "u1.medium", minReplicas: 2, maxReplicas: 3, diskSize: "20Gi" } as const;

/** Creates a cluster with a GPU group and an add-on. */
async function create(hikube: Hikube = tenancy.hikube): Promise<void> {
  await hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
  await Promise.all([
    hikube.nodeGroups.converge(
      tenancy.group("prod", "ml"),
      { ...group, gpus: [{ name: "nvidia.com/AD102GL_L40S" }] },
      wish({ create: true }),
    ),
    hikube.addons.converge(
      tenancy.group("prod", "cert-manager"),
      { enabled: true, resolveConflicts: "NONE" },
      wish({ create: true }),
    ),
  ]);
}

const progress = async () => (await tenancy.hikube.progress({ signal: new AbortController().signal, fresh: true }))[0];

/** Real time here: the command opens connections of its own. */
const watch = async (argv: readonly string[], terminal?: { columns: number; rows: number }) => {
  const io = recordedIo(env, undefined, terminal);
  const code = await runWatch(argv, io);
  return { code, ...io.said };
};

const ready =
  /^\S+Z tenant-demo\/prod ready; control plane ready; release v\d+; ml 2 of 2\.\.3 with 1 × nvidia\.com\/AD102GL_L40S; cert-manager ready$/;

describe("watch", () => {
  test("prints a line per cluster, and ends with 0 when everything is ready", async () => {
    await create();
    for (const argv of [[], ["prod"], ["tenant-demo/prod"]]) {
      const { code, out, error } = await watch(argv);
      expect({ code, error }).toEqual({ code: 0, error: "" });
      expect(out.trim()).toMatch(ready);
    }
  });

  test("shows a table in a terminal, within its columns", async () => {
    await create();
    const { code, out } = await watch(["prod"], { columns: 60, rows: 40 });
    expect(code).toBe(0);
    const lines = out.split("\n");
    expect(lines[0]).toBe("tenant-demo/prod  v1.34  ready");
    expect(out).toContain("  control plane   ready\n");
    expect(out).toMatch(/ {2}node groups {9}READY {2}MIN {2}MAX {2}GPUS\n {18}ml {6}2 {4}2 {4}3 {2}1 × nvidia/);
    expect(out).toContain("  add-ons         cert-manager  ready\n");
    expect(out).toMatch(/\nelapsed \d+s\n$/);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  });

  test("cuts a table that is longer than the terminal", async () => {
    await create();
    const { out } = await watch(["prod"], { columns: 60, rows: 5 });
    expect(out.trimEnd().split("\n")).toHaveLength(4);
    expect(out).toMatch(/… \d+ more lines\n$/);
  });

  test("--json prints an object with documented keys", async () => {
    await create();
    const { code, out } = await watch(["--json"]);
    expect(code).toBe(0);
    const { time, clusters, error } = JSON.parse(out) as { time: string; clusters: object[]; error: null };
    expect(Date.parse(time)).toBeGreaterThan(0);
    expect(error).toBeNull();
    expect(clusters).toEqual([
      {
        id: "tenant-demo/prod",
        ready: true,
        status: "ready",
        message: expect.stringContaining("succeeded for release tenant-demo/kubernetes-prod"),
        version: "v1.34",
        controlPlane: { ready: true, readyReplicas: expect.any(Number) },
        release: expect.any(Number),
        nodeGroups: [
          {
            name: "ml",
            ready: true,
            readyReplicas: 2,
            minReplicas: 2,
            maxReplicas: 3,
            gpus: ["nvidia.com/AD102GL_L40S"],
          },
        ],
        addons: [{ name: "cert-manager", ready: true, status: "ready", message: "" }],
        lastEvent: null,
      },
    ]);
  });

  test("ends with 1 at the time limit, and names what is not ready and the last event", async () => {
    tenancy.sandbox.faults.lifecycle("prod", { quota: "exceeded quota: tenant-quota, requested: limits.cpu=4" });
    await tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
    await tenancy.hikube.nodeGroups.converge(
      tenancy.group("prod", "ml"),
      group,
      wish({ create: true, waitFor: "accepted" }),
    );
    await tenancy.clock.until(async () => {
      const seen = await progress();
      return seen?.status === "ready" && seen.lastEvent !== undefined;
    });
    const { code, out, error } = await watch(["prod", "--timeout", "1s"], { columns: 200, rows: 40 });
    expect(code).toBe(1);
    expect(error).toBe("Not ready after 1s: tenant-demo/prod.\n");
    expect(out).toContain("tenant-demo/prod  v1.34  waiting");
    expect((await watch(["prod", "--timeout", "1s"])).out).toMatch(
      /tenant-demo\/prod waiting; .*; ml 0 of 2\.\.3; .*; last event: \w+ \(.*kubernetes-prod-ml.*\): .*exceeded quota/,
    );
    expect(out).toMatch(/last event .* ago {2}\w+ \(.*kubernetes-prod-ml.*\): .*exceeded quota: tenant-quota/);
  });

  test("does not wait for add-ons of a cluster that cannot be reached from here", async () => {
    await create();
    const hikube = await tenancy.another({ connectTenant: () => Promise.reject(new KubeError("Network", "no route")) });
    const read = async () => (await hikube.progress({ signal: new AbortController().signal, fresh: true }))[0];
    expect((await read())?.addons[0]).toMatchObject({ ready: false, status: "progressing" });
    await tenancy.clock.sleep(1_000);
    expect(await read()).toMatchObject({
      ready: true,
      addons: [{ ready: true, message: "not checked: the cluster's API does not answer" }],
    });
  });

  test("without clusters ends with 0 and says so", async () => {
    const { code, out } = await watch([]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\S+Z no clusters\n$/);
  });

  test("continues when the platform does not answer for a while", async () => {
    await create();
    tenancy.sandbox.faults.lifecycle("prod", { neverFinishes: true });
    await tenancy.edit("prod", { spec: { controlPlane: { replicas: 3 } } });
    await tenancy.clock.until(async () => (await progress())?.status === "progressing");
    const io = recordedIo(env);
    const running = runWatch(["prod"], io);
    while (!io.said.out.includes("tenant-demo/prod")) await new Promise((turn) => setTimeout(turn, 5));
    const remove = tenancy.sandbox.faults.add({
      match: { path: /kuberneteses/, times: Number.POSITIVE_INFINITY },
      action: { kind: "answer", status: 503, headers: { "retry-after": "0" }, body: "restarting" },
    });
    while (!io.said.out.includes("did not answer")) await new Promise((turn) => setTimeout(turn, 5));
    remove();
    io.interrupt();
    expect(await running).toBe(130);
  });

  test.each([
    [["absent"], 1, "There is no cluster tenant-demo/absent"],
    [["a", "b"], 2, 'Unexpected argument "b"'],
    [["--timeout", "-1"], 2, "timeout"],
  ])("%j ends with %d and the reason", async (argv, expected, message) => {
    const { code, error } = await watch(argv);
    expect(code).toBe(expected);
    expect(error).toContain(message);
  });
});

describe("HIKUBE_PROGRESS", () => {
  const options = () => ({ path: join(folder, "progress"), clock: tenancy.clock, log: noLog });

  test("gets the lines of `watch` while operations run, each change once", async () => {
    await create(await withProgressFile(tenancy.hikube, options()));
    const lines = (await readFile(join(folder, "progress"), "utf8")).trim().split("\n");
    expect(lines.at(-1)).toMatch(ready);
    expect(lines.length).toBeGreaterThan(2);
    const texts = lines.map((line) => line.slice(line.indexOf(" ")));
    expect(texts.every((text, index) => text !== texts[index - 1])).toBe(true);
  });

  test("that cannot be written is an error before anything is sent", async () => {
    const path = join(folder, "absent", "progress");
    await expect(withProgressFile(tenancy.hikube, { ...options(), path })).rejects.toThrow(
      "The progress file cannot be written",
    );
    expect(tenancy.sandbox.requests).toEqual([]);
  });
});
