import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../../src/base/clock.ts";
import { createExecCredential } from "../../../src/kube/credentials/exec-credential.ts";
import { type CommandResult, CommandTimeout, type RunCommand } from "../../../src/kube/credentials/run-command.ts";
import type { ExecPlugin } from "../../../src/kube/http/connection.ts";
import type { KubeError } from "../../../src/kube/kube-error.ts";
import { clientIdentity } from "../../support/api-server.ts";

const plugin: ExecPlugin = {
  apiVersion: "client.authentication.k8s.io/v1beta1",
  command: "login",
  args: ["get-token"],
  env: { HOME: "/home/me" },
  installHint: "Install it from the handbook.",
  timeoutMs: 600_000,
};
const answer = (status: object, apiVersion = plugin.apiVersion): CommandResult => ({
  code: 0,
  stdout: JSON.stringify({ kind: "ExecCredential", apiVersion, status }),
  stderr: "",
});
function source(run: RunCommand, changes: Partial<ExecPlugin> = {}, clock: Clock = systemClock) {
  return createExecCredential({ ...plugin, ...changes }, { clock, log: () => {}, run });
}
const at = (ms: number) => new Date(ms).toISOString();

describe("a credential", () => {
  test("is asked for once by all who need it at the same time, and then kept", async () => {
    let runs = 0;
    const credentials = source(async () => {
      runs++;
      await systemClock.sleep(10);
      return answer({ token: "t" });
    });
    const given = await Promise.all([credentials.get(), credentials.get(), credentials.get()]);
    expect(given.map((credential) => credential.token)).toEqual(["t", "t", "t"]);
    await credentials.get();
    expect(runs).toBe(1);
  });

  test("is replaced a little before it expires, and when the server refused it", async () => {
    let now = 1_000_000;
    let runs = 0;
    const clock: Clock = { now: () => now, sleep: systemClock.sleep };
    const credentials = source(
      async () => answer({ token: `t${++runs}`, expirationTimestamp: at(now + 3_600_000) }),
      {},
      clock,
    );
    const first = await credentials.get();
    now += 3_560_000;
    expect(await credentials.get()).toBe(first);
    now += 15_000;
    const second = await credentials.get();
    expect(second.token).toBe("t2");
    credentials.refused(first);
    expect(await credentials.get()).toBe(second);
    credentials.refused(second);
    expect((await credentials.get()).token).toBe("t3");
  });

  test("that comes expired does not start the plugin for every request", async () => {
    let runs = 0;
    const credentials = source(async () => answer({ token: `t${++runs}`, expirationTimestamp: at(0) }));
    await credentials.get();
    await credentials.get();
    expect(runs).toBe(1);
  });

  test("is requested again after a failure", async () => {
    let runs = 0;
    const credentials = source(async () =>
      ++runs === 1 ? { code: 1, stdout: "", stderr: "not now" } : answer({ token: "t" }),
    );
    await expect(credentials.get()).rejects.toThrow("not now");
    expect((await credentials.get()).token).toBe("t");
  });

  test("may be a certificate", async () => {
    const credentials = source(async () =>
      answer({ clientCertificateData: clientIdentity.certificate, clientKeyData: clientIdentity.privateKey }),
    );
    expect(await credentials.get()).toMatchObject({
      token: undefined,
      clientCertificate: { certificate: clientIdentity.certificate, key: clientIdentity.privateKey },
    });
  });

  test("is not waited for after an abort, but still comes for the others", async () => {
    const controller = new AbortController();
    const { promise: asked, resolve: give } = Promise.withResolvers<void>();
    const credentials = source(async () => {
      await asked;
      return answer({ token: "t" });
    });
    const impatient = credentials.get(controller.signal);
    const patient = credentials.get();
    controller.abort();
    await expect(impatient).rejects.toMatchObject({ code: "Aborted" });
    give();
    expect((await patient).token).toBe("t");
  });
});

test("the plugin is told what it is asked for", async () => {
  let seen: Record<string, string | undefined> = {};
  const run: RunCommand = async (_command, _args, { env }) => {
    seen = { ...env };
    return answer({ token: "t" });
  };
  await source(run, { cluster: { server: "https://api" } }).get();
  expect(seen["HOME"]).toBe("/home/me");
  expect(JSON.parse(seen["KUBERNETES_EXEC_INFO"] ?? "")).toEqual({
    kind: "ExecCredential",
    apiVersion: plugin.apiVersion,
    spec: { interactive: false, cluster: { server: "https://api" } },
  });
});

describe("a plugin's error", () => {
  test.each<[string, CommandResult, RegExp]>([
    [
      "failure",
      { code: 3, stdout: "", stderr: "opening browser\nerror: issuer unreachable\n" },
      /ended with exit code 3:\n\n {2}opening browser\n {2}error: issuer unreachable$/,
    ],
    [
      "failure with a secret",
      { code: 1, stdout: "", stderr: "bad refresh_token=abcdef" },
      /refresh_token=\[redacted\]$/,
    ],
    ["rubbish", { code: 0, stdout: "Please open eyJhbGci", stderr: "" }, /not JSON/],
    ["other JSON", { code: 0, stdout: '{"kind":"List"}', stderr: "" }, /not an ExecCredential/],
    ["another version", answer({ token: "t" }, "client.authentication.k8s.io/v1"), /another version/],
    ["an empty status", answer({}), /neither a token nor a client certificate/],
    ["half a certificate", answer({ clientCertificateData: "C" }), /neither a token nor/],
    ["a time that is none", answer({ token: "t", expirationTimestamp: "soon" }), /not a time/],
  ])("%s", async (_name, result, text) => {
    const error = await source(async () => result)
      .get()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "Credential", message: expect.stringMatching(text) });
  });

  test.each<[string, string, RegExp]>([
    [
      "a device login",
      "Open https://login.example.org/device and enter the code ABCD-EFGH",
      /asks for a login and waits/,
    ],
    [
      "a browser",
      "Please visit the following URL in your browser:\nhttp://localhost:8000/",
      /asks for a login and waits/,
    ],
    ["a password", "Password: ", /asks for a login and waits/],
    ["nothing at all", "", /probably waits for a login/],
  ])("a plugin that waits for %s", async (_name, said, hint) => {
    const run: RunCommand = () => Promise.reject(new CommandTimeout(said));
    const error = await source(run)
      .get()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "Credential" });
    expect((error as KubeError).hint).toMatch(hint);
    expect((error as KubeError).hint).toContain("Log in once with `kubectl get kubernetes`");
    expect(error).toHaveProperty("message", expect.stringContaining(said.trim().split("\n").at(-1) ?? ""));
  });

  test("does not become a login prompt by an address in its output", async () => {
    const stderr = "error: the refresh token has expired, run: corp login\nsee https://docs.example.org\n";
    const error = await source(async () => ({ code: 1, stdout: "", stderr }))
      .get()
      .catch((thrown: unknown) => thrown);
    expect(error).toHaveProperty("hint", expect.not.stringContaining("asks for a login"));
  });

  test("kubelogin that is missing", async () => {
    const stderr = 'error: unknown command "oidc-login" for "kubectl"\n';
    await expect(source(async () => ({ code: 1, stdout: "", stderr })).get()).rejects.toMatchObject({
      summary: "kubelogin is not installed",
      hint: expect.stringContaining("krew install oidc-login"),
    });
  });

  test("many lines are cut to the last few", async () => {
    const stderr = Array.from({ length: 50 }, (_, line) => `line ${line} ${"x".repeat(40)}`).join("\n");
    const error = await source(async () => ({ code: 1, stdout: "", stderr }))
      .get()
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("line 49");
    expect(String(error)).toContain("line 45");
    expect(String(error)).not.toContain("line 30");
  });

  test("a version that is not served", () => {
    expect(() => source(async () => answer({}), { apiVersion: "client.authentication.k8s.io/v1alpha1" })).toThrow(
      "api_version",
    );
  });
});

describe("real commands", () => {
  const folder = mkdtempSync(join(tmpdir(), "exec-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const script = (name: string, body: string) => {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const real = (command: string, timeoutMs = 600_000) =>
    createExecCredential(
      { ...plugin, command, args: ["a b"], env: { PATH: process.env["PATH"] }, timeoutMs },
      { clock: systemClock, log: () => {} },
    );

  test("are run with their arguments and without our stdin", async () => {
    const command = script(
      "login",
      `cat > ${folder}/stdin; echo "$1" > ${folder}/args; echo '${answer({ token: "real" }).stdout}'`,
    );
    expect((await real(command).get()).token).toBe("real");
    expect(readFileSync(join(folder, "stdin"), "utf8")).toBe("");
    expect(readFileSync(join(folder, "args"), "utf8")).toBe("a b\n");
  });

  test("that are missing come with the hint how to get them", async () => {
    await expect(real("no-such-login-command").get()).rejects.toMatchObject({
      message: expect.stringContaining("was not found"),
      hint: "Install it from the handbook.",
    });
  });

  test("that never end are ended", async () => {
    await expect(real(script("hang", "exec sleep 60"), 200).get()).rejects.toThrow(/did not answer within 0\.2 s\./);
  });

  test.each<[string, string, RegExp]>([
    ["Windows line ends", "#!/bin/sh\r\necho x\r\n", /Windows line ends \(CRLF\)/],
    ["Windows line ends and env", "#!/usr/bin/env sh\r\necho x\r\n", /Windows line ends \(CRLF\)/],
    ["an interpreter that is missing", "#!/no/such/shell\n", /whose interpreter `\/no\/such\/shell` was not found/],
  ])("that are scripts with %s are named as such", async (name, content, text) => {
    const path = join(folder, name.replaceAll(" ", "-"));
    writeFileSync(path, content);
    chmodSync(path, 0o755);
    await expect(real(path).get()).rejects.toThrow(text);
  });

  test("take what they have started with them at the time limit", async () => {
    const pids = join(folder, "pids");
    const command = script("family", `sleep 600 & echo waiting >&2; echo $$ $! > ${pids}; wait`);
    // A limit that is over before the command has begun says nothing.
    for (let limitMs = 500; !existsSync(pids); limitMs *= 2) {
      const error = await real(command, limitMs).get().catch(String);
      expect(error).toContain(`did not answer within ${limitMs / 1_000} s`);
      if (existsSync(pids)) expect(error).toContain("s: waiting");
    }
    await goneAll(pids);
  });

  test("end when the connection is closed", async () => {
    const pids = join(folder, "closed");
    const credentials = real(script("closing", `echo $$ > ${pids}; exec sleep 600`));
    const answer = credentials.get().catch((error: unknown) => error);
    await written(pids);
    credentials.close();
    expect(await answer).toMatchObject({ code: "Aborted" });
    await goneAll(pids);
  });

  test.each(["SIGKILL", "SIGTERM"] as const)("end with a provider that ends by %s", async (signal) => {
    const pids = join(folder, `pids-${signal}`);
    const command = script(`orphan-${signal}`, `sleep 600 & echo $$ $! > ${pids}; wait`);
    const code = `import { runCommand } from ${JSON.stringify(new URL("../../../src/kube/credentials/run-command.ts", import.meta.url).href)};
      const result = runCommand(${JSON.stringify(command)}, [], { env: process.env, timeoutMs: 600_000 });
      // The guard is told the process in the next turns of the event loop.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
      console.log("started");
      await result;`;
    const program = join(folder, `provider-${signal}.mts`);
    writeFileSync(program, code);
    const provider = spawn(process.execPath, [program], { stdio: ["ignore", "pipe", "ignore"] });
    await once(provider.stdout, "data");
    await written(pids);
    provider.kill(signal);
    await goneAll(pids);
  });

  test("that may not be run are told apart", async () => {
    const path = join(folder, "plain");
    writeFileSync(path, "text");
    await expect(real(path).get()).rejects.toThrow(/may not be executed/);
  });
});

/** Waits until a file holds a whole line. */
async function written(path: string): Promise<number[]> {
  for (;;) {
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    if (text.endsWith("\n")) return text.trim().split(" ").map(Number);
    await systemClock.sleep(10);
  }
}

/** Waits until none of the processes whose ids stand in a file is there; the time limit of the test says that one stays. */
async function goneAll(path: string): Promise<void> {
  for (const pid of await written(path)) while (isThere(pid)) await systemClock.sleep(10);
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that has ended and whose status was not read is a zombie.
  return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "");
}
