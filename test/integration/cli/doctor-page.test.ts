import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { terminalPicture } from "../../../scripts/terminal-picture.ts";
import { runDoctor } from "../../../src/cli/doctor.ts";
import { recordedIo } from "../../support/command-io.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

// The guide shows what the command prints. Where HIKUBE_UPDATE_GOLDEN is 1, the sample and the picture are written again.

const docs = fileURLToPath(new URL("../../../docs", import.meta.url));
const page = join(docs, "guides", "doctor.md");
const picture = join(docs, "images", "doctor.svg");

let tenancy: Tenancy;
let home: string;

beforeAll(async () => {
  tenancy = await startTenancy("1.1.2", {}, { namespace: "tenant-acme" });
  home = await mkdtemp(join(tmpdir(), "hikube-doctor-page-"));
  await mkdir(join(home, ".kube"));
  await writeFile(join(home, ".kube", "config"), tenancy.sandbox.kubeconfig);
  const { hikube, sandbox, id, group } = tenancy;
  for (const name of ["prod", "ml"]) await hikube.clusters.converge(id(name), plainCluster, wish({ create: true }));
  const web = { minReplicas: 2, maxReplicas: 4, roles: ["ingress-nginx"] };
  await hikube.nodeGroups.converge(group("prod", "web"), web, wish({ create: true }));
  sandbox.faults.lifecycle("ml", { groupStuck: "gpu" });
  const gpu = { minReplicas: 1, maxReplicas: 2, gpus: [{ name: "nvidia.com/AD102GL_L40S" }] };
  const late = tenancy.clock.now() + 30_000;
  await hikube.nodeGroups.converge(group("ml", "gpu"), gpu, wish({ create: true, deadline: late }));
  sandbox.put("events", {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "scheduling", namespace: sandbox.namespace },
    type: "Warning",
    reason: "FailedScheduling",
    message: "0/9 nodes are available: 9 Insufficient nvidia.com/AD102GL_L40S",
    involvedObject: { kind: "Pod", name: "virt-launcher-kubernetes-ml-gpu-x7k2p" },
    lastTimestamp: new Date().toISOString(),
  });
});
afterAll(async () => {
  await tenancy.stop();
  await rm(home, { recursive: true, force: true });
});

/** What `hikube doctor` prints to a terminal, with an address, a path and dates as they are for a user. */
async function printed(): Promise<string> {
  const io = recordedIo({ HOME: home }, undefined, { columns: 200, rows: 50 });
  expect(await runDoctor([], io)).toBe(1);
  return io.said.out
    .replaceAll(tenancy.sandbox.url, "https://api.example.org:6443")
    .replaceAll(new URL(tenancy.sandbox.url).host, "api.example.org:6443")
    .replaceAll(home, "~")
    .replaceAll(/\d{4}-\d\d-\d\d/g, "2028-01-31");
}

test("the guide shows what doctor prints, as text and as a picture", async () => {
  const output = await printed();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it removes the colours.
  const text = output.replace(/\u001b\[\d+m/g, "").trimEnd();
  const drawn = terminalPicture("hikube doctor", output);
  const sample = /(?<=\n```\n).*?(?=```\n)/s;
  if (process.env["HIKUBE_UPDATE_GOLDEN"] === "1") {
    await writeFile(
      page,
      (await readFile(page, "utf8")).replace(sample, () => `${text}\n`),
    );
    await mkdir(join(docs, "images"), { recursive: true });
    await writeFile(picture, drawn);
  }
  expect(sample.exec(await readFile(page, "utf8"))?.[0]).toBe(`${text}\n`);
  expect(await readFile(picture, "utf8")).toBe(drawn);
});
