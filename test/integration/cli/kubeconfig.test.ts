import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { runKubeconfig } from "../../../src/cli/kubeconfig.ts";
import { runToken } from "../../../src/cli/token.ts";
import { type KubeconfigParts, kubeconfigParts } from "../../../src/kube/config/kubeconfig-parts.ts";
import { type RecordedIo, recordedIo } from "../../support/command-io.ts";
import { openClient } from "../../support/kube-client.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

let tenancy: Tenancy;
let folder: string;
let platformFile: string;

beforeAll(async () => {
  tenancy = await startTenancy("1.6.2");
  await tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
});
afterAll(() => tenancy?.stop());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "hikube-cli-"));
  platformFile = join(folder, "hikube.yaml");
  await writeFile(platformFile, tenancy.sandbox.kubeconfig);
  return () => rm(folder, { recursive: true, force: true });
});

const byFile = () => recordedIo({ HOME: folder, KUBECONFIG: platformFile });

async function printed(argv: readonly string[], io: RecordedIo = byFile()): Promise<KubeconfigParts> {
  const code = await runKubeconfig(argv, io);
  expect(code, io.said.error).toBe(0);
  return kubeconfigParts(io.said.out);
}

const version = async (kubeconfig: string): Promise<unknown> => {
  const client = await openClient({ kubeconfig });
  try {
    return await client.request({ method: "GET", path: "/version" });
  } finally {
    await client.close();
  }
};

describe("kubeconfig", () => {
  test("prints a kubeconfig with which the cluster answers", async () => {
    const io = byFile();
    const parts = await printed(["prod"], io);
    expect(parts).toMatchObject({ context: "tenant-demo/prod", exec: undefined });
    expect(await version(io.said.out)).toHaveProperty("gitVersion");
  });

  test("accepts the id with its namespace, a name for the context, and a login by options", async () => {
    const io = recordedIo({ HOME: folder });
    const argv = ["tenant-demo/prod", "--name", "mine", "--kubeconfig", platformFile, "--context", "hikube-sandbox"];
    expect((await printed(argv, io)).context).toBe("mine");
  });

  test("with --exec contains no secret, and the login of the command in absolute terms", async () => {
    const io = byFile();
    const { exec, clientKey, token, caCertificate } = await printed(["prod", "--exec"], io);
    expect({ clientKey, token }).toEqual({ clientKey: undefined, token: undefined });
    expect(io.said.out).not.toContain(tenancy.sandbox.token);
    expect(caCertificate).toContain("BEGIN CERTIFICATE");
    expect(exec?.args.slice(1)).toEqual(["token", "tenant-demo/prod", "--context", "hikube-sandbox"]);
    expect(exec?.env).toEqual({ KUBECONFIG: platformFile });
  });

  test.each<[string, () => Record<string, string>, string[], () => { args: string[]; env: Record<string, string> }]>([
    [
      "an option",
      () => ({}),
      ["--kubeconfig", "~/hikube.yaml"],
      () => ({ args: ["--kubeconfig", platformFile, "--context", "hikube-sandbox"], env: {} }),
    ],
    [
      "a variable of its own",
      () => ({ HIKUBE_CONFIG_PATH: platformFile }),
      [],
      () => ({ args: ["--context", "hikube-sandbox"], env: { HIKUBE_CONFIG_PATH: platformFile } }),
    ],
    [
      "the content of a kubeconfig, which is a secret",
      () => ({ HIKUBE_KUBECONFIG: tenancy.sandbox.kubeconfig }),
      [],
      () => ({ args: ["--context", "hikube-sandbox"], env: {} }),
    ],
    [
      "a token, which is a secret",
      () => ({
        HIKUBE_HOST: tenancy.sandbox.url,
        HIKUBE_TOKEN: tenancy.sandbox.token,
        HIKUBE_CLUSTER_CA_CERT_DATA: tenancy.sandbox.caCertificate,
        HIKUBE_NAMESPACE: tenancy.sandbox.namespace,
      }),
      [],
      () => ({ args: [], env: {} }),
    ],
  ])("with --exec repeats a login by %s", async (_, env, argv, expected) => {
    const io = recordedIo({ HOME: folder, ...env() });
    const { exec } = await printed(["prod", "--exec", ...argv], io);
    const { args, env: variables } = expected();
    expect(exec?.args.slice(3)).toEqual(args);
    expect(exec?.env).toEqual(variables);
  });

  test("reads the default file, and names it to the plugin", async () => {
    const io = recordedIo({ HOME: folder });
    await rm(platformFile);
    await mkdir(join(folder, ".kube"));
    await writeFile(join(folder, ".kube", "config"), tenancy.sandbox.kubeconfig);
    const { exec } = await printed(["prod", "--exec"], io);
    expect(exec?.env).toEqual({ KUBECONFIG: join(folder, ".kube", "config") });
  });
});

describe("kubeconfig --merge", () => {
  test("refuses what is no file", async () => {
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    for (const path of ["", pipe, folder]) {
      const io = byFile();
      expect(await runKubeconfig(["prod", "--merge", path, "--kubeconfig", platformFile], io), path).toBe(1);
      expect(io.said.error).toContain("The kubeconfig cannot be changed");
    }
    expect((await stat(pipe)).isFIFO()).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(["hikube.yaml", "pipe"]);
  });

  test("creates a file that only its owner can read", async () => {
    const file = join(folder, "new", "config");
    const io = byFile();
    expect(await runKubeconfig(["prod", "--merge", file], io)).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(io.said.out).toBe("");
    expect(io.said.error).toBe(`${file}: the current context is tenant-demo/prod now.\n`);
    expect(await version(await readFile(file, "utf8"))).toHaveProperty("gitVersion");
    expect(await readdir(join(folder, "new"))).toEqual(["config"]);
  });

  test("keeps everything else in the file, with its comments, and the former file as a backup", async () => {
    const before = `# mine\n${tenancy.sandbox.kubeconfig}preferences: { colors: true }\n`;
    await writeFile(platformFile, before);
    await chmod(platformFile, 0o644);
    const io = byFile();
    expect(await runKubeconfig(["prod", "--exec", "--merge", platformFile], io)).toBe(0);
    const after = await readFile(platformFile, "utf8");
    expect(after).toMatch(/^# mine\n/);
    expect(parse(after)).toMatchObject({
      "current-context": "tenant-demo/prod",
      preferences: { colors: true },
      contexts: [{ name: "hikube-sandbox" }, { name: "tenant-demo/prod" }],
    });
    expect((await stat(platformFile)).mode & 0o777).toBe(0o600);
    expect(await readFile(`${platformFile}.backup`, "utf8")).toBe(before);
    // The login of the plugin is the former context of the same file.
    expect(after).toContain("--context");
    const token = recordedIo({ HOME: folder, KUBECONFIG: platformFile });
    expect(await runToken(["prod", "--context", "hikube-sandbox"], token), token.said.error).toBe(0);
  });

  test("changes nothing the second time", async () => {
    const file = join(folder, "config");
    const argv = ["prod", "--merge", file, "--kubeconfig", platformFile];
    expect(await runKubeconfig(argv, byFile())).toBe(0);
    const once = await readFile(file, "utf8");
    const io = byFile();
    expect(await runKubeconfig(argv, io)).toBe(0);
    expect(io.said.error).toContain("has the context tenant-demo/prod already");
    expect(await readFile(file, "utf8")).toBe(once);
    expect((await readdir(folder)).sort()).toEqual(["config", "hikube.yaml"]);
  });

  test("replaces an entry of the same name", async () => {
    const file = join(folder, "config");
    await writeFile(
      file,
      "users:\n- name: tenant-demo/prod\n  user: { token: old }\n- name: other\n  user: { token: kept }\n",
    );
    expect(await runKubeconfig(["prod", "--merge", file, "--kubeconfig", platformFile], byFile())).toBe(0);
    const { users } = parse(await readFile(file, "utf8")) as { users: { name: string; user: object }[] };
    expect(users.map(({ name }) => name)).toEqual(["tenant-demo/prod", "other"]);
    expect(users[0]?.user).not.toHaveProperty("token");
    expect(users[1]?.user).toEqual({ token: "kept" });
  });

  test("writes through a symbolic link", async () => {
    const link = join(folder, "link");
    await writeFile(join(folder, "real"), "");
    await symlink(join(folder, "real"), link);
    expect(await runKubeconfig(["prod", "--merge", link], byFile())).toBe(0);
    expect(await readFile(join(folder, "real"), "utf8")).toContain("tenant-demo/prod");
    expect((await readdir(folder)).includes("real.backup")).toBe(true);
  });

  test.each([
    ["a file that is not a kubeconfig", "just text", "is not a kubeconfig"],
    ["a file that is not YAML", "a: [", "is not a kubeconfig"],
    ["a file whose contexts are no list", "contexts: 3\n", "`contexts` of"],
  ])("rejects %s and leaves it unchanged", async (_, text, message) => {
    const file = join(folder, "config");
    await writeFile(file, text);
    const io = byFile();
    expect(await runKubeconfig(["prod", "--merge", file, "--kubeconfig", platformFile], io)).toBe(1);
    expect(io.said.error).toContain("Error: Invalid kubeconfig");
    expect(io.said.error).toContain(message);
    expect(await readFile(file, "utf8")).toBe(text);
    expect((await readdir(folder)).sort()).toEqual(["config", "hikube.yaml"]);
  });

  test("rejects a file that another program is changing", async () => {
    const file = join(folder, "config");
    await writeFile(`${file}.lock`, "");
    const io = byFile();
    expect(await runKubeconfig(["prod", "--merge", file], io)).toBe(1);
    expect(io.said.error).toContain(`The lock file ${file}.lock`);
  });
});

describe("token", () => {
  const credential = async (env: Record<string, string> = {}) => {
    const io = recordedIo({ HOME: folder, KUBECONFIG: platformFile, ...env });
    expect(await runToken(["prod"], io), io.said.error).toBe(0);
    return JSON.parse(io.said.out) as { apiVersion: string; kind: string; status: Record<string, string> };
  };

  test("prints the client certificate with its expiry", async () => {
    const { apiVersion, kind, status } = await credential();
    expect({ apiVersion, kind }).toEqual({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential" });
    expect(status["clientKeyData"]).toContain("PRIVATE KEY");
    expect(Date.parse(status["expirationTimestamp"] ?? "")).toBeGreaterThan(tenancy.clock.now());
  });

  test.each([
    ["client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1beta1"],
    ["client.authentication.k8s.io/v9", "client.authentication.k8s.io/v1"],
  ])("answers the API version %s with %s", async (asked, answered) => {
    const info = JSON.stringify({ apiVersion: asked, kind: "ExecCredential", spec: { interactive: false } });
    expect((await credential({ KUBERNETES_EXEC_INFO: info })).apiVersion).toBe(answered);
  });
});

describe("a wrong call", () => {
  test.each([
    [[], 2, "The id of a cluster is missing."],
    [["a", "b"], 2, 'Unexpected argument "b".'],
    [["Prod"], 2, 'Invalid id "Prod"'],
    [["a/b/c"], 2, 'Invalid id "a/b/c"'],
    [["prod", "--nonsense"], 2, "--nonsense"],
    [["prod", "--timeout", "soon"], 2, 'Invalid --timeout "soon"'],
    [["absent"], 1, "Error: The cluster does not exist\n\nThere is no cluster tenant-demo/absent"],
    [["tenant-other/prod"], 1, "Error: Access denied"],
    [["prod", "--context", "nowhere"], 1, 'has no context "nowhere"'],
    [["prod", "--kubeconfig", "/nowhere"], 1, "There is no kubeconfig at /nowhere"],
  ])("%j ends with %d and the reason", async (argv, code, message) => {
    for (const command of [runKubeconfig, runToken]) {
      const io = byFile();
      expect(await command(argv, io)).toBe(code);
      expect(io.said.error).toContain(message);
      expect(io.said.out).toBe("");
    }
  });

  test("--help prints the options and an example", async () => {
    for (const command of [runKubeconfig, runToken]) {
      const io = recordedIo({});
      expect(await command(["--help"], io)).toBe(0);
      expect(io.said.out).toMatch(/--context NAME[\s\S]*Example:/);
    }
  });

  test("Ctrl-C ends the wait", async () => {
    const remove = tenancy.sandbox.faults.add({
      match: { path: /admin-kubeconfig/, times: Number.POSITIVE_INFINITY },
      action: { kind: "answer", status: 404, body: { kind: "Status", reason: "NotFound", code: 404, message: "no" } },
    });
    const io = byFile();
    const running = runKubeconfig(["prod"], io);
    while (!io.said.error.includes("the kubeconfig does not exist")) await new Promise((turn) => setTimeout(turn, 5));
    io.interrupt();
    expect(await running).toBe(1);
    remove();
  });
});
