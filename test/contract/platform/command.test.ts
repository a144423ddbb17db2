import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CommandIo } from "../../../src/cli/command-io.ts";
import { runConformance } from "../../../src/cli/conformance.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { makePairsMeet, speed, waitingClock } from "./statements.ts";

let sandbox: Sandbox;
let folder: string;
let kubeconfig: string;
beforeEach(async () => {
  sandbox = await startSandbox({ profile: "1.1.2", namespace: "tenant-acme", speed });
  makePairsMeet(sandbox);
  folder = await mkdtemp(join(tmpdir(), "hikube-conformance-"));
  kubeconfig = join(folder, "kubeconfig");
  await writeFile(kubeconfig, sandbox.kubeconfig, { mode: 0o600 });
});
afterEach(async () => {
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A terminal that answers `answer`; `interruptAt` sends Ctrl-C when that text is printed. */
function terminal(answer?: string, interruptAt?: RegExp) {
  const said = { out: "", error: "", questions: 0 };
  let interrupt = () => {};
  const io: CommandIo = {
    out: (text) => {
      said.out += text;
      if (interruptAt?.test(text)) interrupt();
    },
    error: (text) => {
      said.error += text;
    },
    input: async () => "",
    ask: async () => {
      said.questions += 1;
      return answer;
    },
    onInterrupt: (interrupted) => {
      interrupt = interrupted;
      return () => {
        interrupt = () => {};
      };
    },
    terminal: undefined,
    env: {},
    clock: waitingClock(),
  };
  return { io, said };
}

const names = () =>
  sandbox.requests.flatMap(({ method, path, body, status }) => {
    const created = method === "POST" && /\/kuberneteses$/.test(path) && status === 201;
    return created ? [String((JSON.parse(body ?? "{}") as { metadata: { name: string } }).metadata.name)] : [];
  });
const stillThere = () => names().filter((name) => sandbox.stored("Kubernetes", name) !== undefined);

describe("conformance command", () => {
  test("announces what it will create, and writes nothing without a yes", async () => {
    for (const answer of ["no", "", undefined]) {
      const { io, said } = terminal(answer);
      expect(await runConformance(["--kubeconfig", kubeconfig], io)).toBe(2);
      expect(said.out).toContain("closest to platform 1.1.2");
      expect(said.out).toContain("about sixty clusters tfc-");
      expect(said.out).toContain("one cluster tfc-");
      expect(said.questions).toBe(1);
    }
    expect(sandbox.writes).toBe(0);
  });

  test("the command runs all safe statements, reports text and JSON, and changes no other cluster", async () => {
    const body = { apiVersion: "apps.cozystack.io/v1alpha1", kind: "Kubernetes", spec: { nodeGroups: { md0: null } } };
    await post({ ...body, metadata: { name: "others", labels: { a: "b" } } });
    await until(() => sandbox.stored("Kubernetes", "others")?.finalizers?.length === 1);
    const before = sandbox.stored("Kubernetes", "others");
    const json = join(folder, "report.json");
    const { io, said } = terminal();
    const code = await runConformance(["--kubeconfig", kubeconfig, "--yes", "--no-cluster", "--json", json], io);
    expect(said.error).toBe("");
    expect(said.questions).toBe(0);
    expect(said.out).toMatch(/[0-9]+ hold, 0 differ, 0 are undecided, [0-9]+ skipped/);
    expect(code).toBe(0);
    expect(said.out).toContain("Everything that was created is deleted.");
    expect(said.out).toContain("only with --dangerous");
    const report = JSON.parse(await readFile(json, "utf8")) as { statements: { id: string; result: string }[] };
    const results = new Map(report.statements.map(({ id, result }) => [id, result]));
    expect(results.get("stale-put")).toBe("holds");
    expect(results.get("unlabelled-writes-kill-the-server")).toBe("skipped");
    expect(results.get("install")).toBe("skipped");
    expect(await readFile(json, "utf8")).not.toContain(sandbox.token);
    expect(names().filter((name) => name !== "others").length).toBeGreaterThan(40);
    expect(stillThere()).toEqual(["others"]);
    expect(sandbox.stored("Kubernetes", "others")).toEqual(before);
  });

  test("creates only objects that are never rendered, except the announced cluster", async () => {
    const { io } = terminal();
    await runConformance(["--kubeconfig", kubeconfig, "--yes", "--no-cluster"], io);
    const versions = sandbox.requests.flatMap(({ method, path, body, status }) =>
      ["POST", "PUT"].includes(method) && /\/kuberneteses(\/|$)/.test(path) && status < 300
        ? [(JSON.parse(body ?? "{}") as { spec: { version?: string } }).spec.version]
        : [],
    );
    expect(new Set(versions)).toEqual(new Set(["conformance"]));
  });

  test("deletes what it created after Ctrl-C, and reports what was not tried", async () => {
    const { io, said } = terminal(undefined, /an install ends in Ready=True/);
    expect(await runConformance(["--kubeconfig", kubeconfig, "--yes"], io)).toBe(1);
    expect(said.error).toContain("Interrupted: deleting what was created");
    expect(said.out).toMatch(/The run was interrupted: [0-9]+ statements were not tried/);
    expect(said.out).toContain("Everything that was created is deleted.");
    expect(names().some((name) => name.includes("-cluster-"))).toBe(true);
    expect(stillThere()).toEqual([]);
  });

  test("a difference is reported with its effect on the provider, and the exit code is 1", async () => {
    sandbox.faults.add({
      match: { method: "POST", path: /\/selfsubjectaccessreviews$/ },
      action: { kind: "answer", status: 201, body: { kind: "SelfSubjectAccessReview", status: { allowed: false } } },
    });
    const { io, said } = terminal();
    expect(await runConformance(["--kubeconfig", kubeconfig, "--yes", "--no-cluster"], io)).toBe(1);
    const differences = said.out.slice(said.out.indexOf("This platform differs"));
    expect(differences).toContain("a tenant may ask what it may do");
    expect(differences).toContain("status.allowed is false, not true");
    expect(differences).toContain("does not ask before it writes");
  });

  test("reports no difference for writes that a viewer is not allowed to make", async () => {
    const viewer = sandbox.issueToken({ user: "viewer", role: "view" });
    await writeFile(kubeconfig, sandbox.kubeconfig.replaceAll(sandbox.token, viewer));
    const { io, said } = terminal();
    const json = join(folder, "report.json");
    expect(await runConformance(["--kubeconfig", kubeconfig, "--yes", "--json", json], io)).toBe(1);
    const { statements } = JSON.parse(await readFile(json, "utf8")) as { statements: { id: string; result: string }[] };
    const differing = statements.filter(({ result }) => result === "differs").map(({ id }) => id);
    expect(differing.sort()).toEqual(["access-review", "tenantmodules", "tenantsecrets"]);
    expect(said.out).toContain("Everything that was created is deleted.");
    expect(sandbox.writes).toBe(0);
  });

  test("an object that could not be removed is named, with the command that removes it", async () => {
    const { io, said } = terminal(undefined, /clusters have no status subresource/);
    sandbox.faults.add({
      match: { method: "DELETE", path: /\/kuberneteses\/tfc-[0-9a-f]+-status-/, times: 1000 },
      action: {
        kind: "answer",
        status: 403,
        body: { kind: "Status", status: "Failure", message: "no", reason: "Forbidden" },
      },
    });
    expect(await runConformance(["--kubeconfig", kubeconfig, "--yes"], io)).toBe(1);
    expect(said.out).toMatch(/The clean-up failed: no/);
    expect(said.out).toMatch(/kubectl --kubeconfig \S+ --namespace \S+ delete kubernetes tfc-[0-9a-f]{6}-status-/);
  });

  test("exits with 2 on an invalid option, a missing file and a wrong namespace", async () => {
    for (const [argv, text] of [
      [["--nonsense"], "--nonsense"],
      [["--kubeconfig", join(folder, "nowhere")], "could not start"],
      [["--kubeconfig", kubeconfig, "--context", "other"], "could not start"],
      [["--kubeconfig", kubeconfig, "--namespace", "tenant-other"], "could not start"],
      [["--kubeconfig", kubeconfig, "--yes", "--json", join(folder, "nowhere", "r.json")], "cannot be written"],
    ] as const) {
      const { io, said } = terminal();
      expect(await runConformance(argv, io)).toBe(2);
      expect(said.error).toContain(text);
    }
    const { io, said } = terminal();
    expect(await runConformance(["--help"], io)).toBe(0);
    expect(said.out).toContain("--no-cluster");
    expect(sandbox.writes).toBe(0);
  });

  test.each<readonly [string, (child: ChildProcess) => void]>([
    ["Ctrl-C", (child) => child.kill("SIGINT")],
    ["a closed terminal", (child) => child.kill("SIGHUP")],
    ["a closed output", (child) => child.stdout?.destroy()],
    [
      "a closed terminal and output",
      (child) => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        child.kill("SIGHUP");
      },
    ],
  ])("deletes what it created after %s", async (_what, interrupt) => {
    const child = spawn(process.execPath, [main, "conformance", "--kubeconfig", kubeconfig, "--yes"]);
    const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
    child.stdout.resume();
    child.stderr.resume();
    await until(() => stillThere().length > 0);
    interrupt(child);
    expect(await ended).toEqual({ code: 1, signal: null });
    expect(stillThere()).toEqual([]);
  });
});

const main = join(import.meta.dirname, "../../../src/main.ts");

async function post(body: object): Promise<void> {
  const { connect } = await import("../../../src/kube/http/connect.ts");
  const { resolveConnection } = await import("../../../src/kube/config/kubeconfig.ts");
  const { systemClock } = await import("../../../src/base/clock.ts");
  const { noLog } = await import("../../../src/base/log.ts");
  const connection = await resolveConnection({ kubeconfig: sandbox.kubeconfig }, {});
  const client = connect(connection, { log: noLog, clock: systemClock, random: Math.random });
  const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kuberneteses`;
  await client.request({ method: "POST", path, body: JSON.parse(JSON.stringify(body)) });
  await client.close();
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 10));
}
