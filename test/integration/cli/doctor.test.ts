import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { runDoctor } from "../../../src/cli/doctor.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { recordedIo } from "../../support/command-io.ts";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

let tenancy: Tenancy;
let folder: string;
let path: string;
let env: Record<string, string>;

beforeEach(async () => {
  tenancy = await startTenancy("1.1.2");
  folder = await mkdtemp(join(tmpdir(), "hikube-doctor-"));
  path = join(folder, "kubeconfig");
  env = { HOME: folder, KUBECONFIG: path };
  await writeFile(path, tenancy.sandbox.kubeconfig);
});
afterEach(async () => {
  await tenancy.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Told {
  readonly check: string;
  readonly status: string;
  readonly text: string;
  readonly details: readonly string[];
  readonly advice: string | null;
}

/** Real time here: the command opens connections of its own. */
async function doctor(argv: readonly string[] = [], clock = systemClock) {
  const io = recordedIo(env, clock);
  const code = await runDoctor(["--json", ...argv], io);
  const report = (io.said.out === "" ? {} : JSON.parse(io.said.out)) as { ok?: boolean; findings?: readonly Told[] };
  return {
    code,
    ok: report.ok,
    error: io.said.error,
    statuses: Object.fromEntries((report.findings ?? []).map(({ check, status }) => [check, status])),
    of: (check: string) => (report.findings ?? []).find((finding) => finding.check === check),
    all: io.said.out,
  };
}

const change = (from: string | RegExp, to: string) => writeFile(path, tenancy.sandbox.kubeconfig.replace(from, to));
const blocked = { rights: "skipped", platform: "skipped", cluster: "skipped" };
const reached = { proxy: "ok", connection: "ok", certificate: "ok", clock: "ok" };

describe("doctor", () => {
  test("finds nothing where all is well, and prints no secret", async () => {
    await tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
    const { code, ok, statuses, of, all } = await doctor();
    expect({ code, ok }).toEqual({ code: 0, ok: true });
    expect(statuses).toEqual({ ...reached, login: "ok", rights: "ok", platform: "ok", cluster: "ok" });
    expect(of("login")?.text).toBe(`as tenant-user, with the user "hikube-sandbox" in the kubeconfig ${path}`);
    expect(of("cluster")?.text).toBe("prod is ready: v1.34, 0 node groups, 0 add-ons");
    expect(all).not.toContain(tenancy.sandbox.token);
    expect(
      tenancy.sandbox.requests.filter(({ method, path: at }) => method !== "GET" && !/reviews$/.test(at)).length,
    ).toBe(1);
  });

  test("a token that the platform refuses is a problem of the login, and what needs it is skipped", async () => {
    await change(tenancy.sandbox.token, tenancy.sandbox.issueToken({ expiresInMs: 0 }));
    const { code, statuses, of } = await doctor();
    expect({ code, statuses }).toEqual({ code: 1, statuses: { ...reached, login: "problem", ...blocked } });
    expect(of("login")).toMatchObject({
      text: expect.stringMatching(
        /rejected the token of the user "hikube-sandbox" .* \(401 Unauthorized\)\. It may have expired/,
      ),
      advice: "Log in again with `kubectl get kubernetes`, or renew the token.",
    });
    expect(of("rights")?.text).toBe("not checked: the login failed");
  });

  test("an expired client certificate is told without a connection", async () => {
    await writeFile(path, tenancy.sandbox.clientCertificateKubeconfig);
    const years = { ...systemClock, now: () => systemClock.now() + 50 * 365 * 24 * 3_600_000 };
    const { code, of } = await doctor([], years);
    expect(code).toBe(1);
    expect(of("login")?.text).toMatch(/^The client certificate of .* cannot be used: it expired at /);
    const now = await doctor();
    expect(now.of("login")?.text).toMatch(/^as tenant-user, with .*, until \d{4}-/);
  });

  test("a user without rights is told which are missing and what is lost", async () => {
    await change(tenancy.sandbox.token, tenancy.sandbox.issueToken({ role: "view", user: "eve" }));
    const { code, statuses, of } = await doctor();
    expect(code).toBe(1);
    expect(statuses).toMatchObject({ login: "ok", rights: "problem", platform: "ok", cluster: "ok" });
    expect(of("login")?.text).toMatch(/^as eve, /);
    expect(of("rights")?.details).toEqual([
      "create, patch, delete kuberneteses.apps.cozystack.io. Without it, clusters, node groups and add-ons cannot be changed.",
      "get tenantsecrets.core.cozystack.io. Without it, kubeconfigs and the state inside clusters cannot be read.",
    ]);
    const other = await doctor(["--namespace", "tenant-other"]);
    expect(other.of("rights")?.advice).toMatch(/^Check that tenant-other is the tenant's namespace/);
    expect(other.of("cluster")?.text).toMatch(/^the clusters cannot be read: Not allowed/);
  });

  test("an authority of another platform is a problem of the certificate", async () => {
    const other = await startSandbox({ profile: "1.1.2" });
    const authority = /certificate-authority-data: .*/;
    await change(authority, authority.exec(other.kubeconfig)?.[0] ?? "");
    await other.stop();
    const { code, statuses, of } = await doctor();
    expect({ code, statuses }).toEqual({
      code: 1,
      statuses: { ...reached, certificate: "problem", login: "skipped", ...blocked },
    });
    expect(of("certificate")).toMatchObject({
      text: expect.stringMatching(/is signed by an authority that this machine does not know/),
      advice: expect.stringContaining("cluster_ca_certificate"),
    });
    expect(of("login")?.text).toBe("not checked: the certificate is not trusted");
  });

  test("a certificate for another name, and one that is not checked", async () => {
    await change(/^( *)server: .*$/m, "$&\n$1tls-server-name: 10.1.2.3");
    expect((await doctor()).of("certificate")?.text).toMatch(/is for another name$/);
    await change(/^( *)server: .*$/m, "$&\n$1tls-server-name: other.example.org");
    expect((await doctor()).of("certificate")?.text).toMatch(/is for another name$/);
    await change(/^( *)certificate-authority-data: .*$/m, "$1insecure-skip-tls-verify: true");
    const { code, of } = await doctor();
    expect({ code, status: of("certificate")?.status }).toEqual({ code: 0, status: "warning" });
  });

  test.each([
    // The server tells whole seconds.
    [-10, "problem", /^is (10m(\d+s)?|9m5\ds) behind the server's$/],
    [2, "warning", /^is (2m(\d+s)?|1m5\ds) ahead of the server's$/],
  ])("a clock that is %i minutes off is a %s", async (minutes, status, text) => {
    const wrong = { ...systemClock, now: () => systemClock.now() + minutes * 60_000 };
    const { of } = await doctor([], wrong);
    expect(of("clock")?.status).toBe(status);
    expect(of("clock")?.text).toMatch(text);
    expect(of("clock")?.advice).toMatch(/^Set the clock of this machine/);
  });

  test("a cluster that the platform cannot install is told with the cause in plain words", async () => {
    const { hikube, id, group, sandbox } = tenancy;
    await hikube.clusters.converge(id("prod"), plainCluster, wish({ create: true }));
    const wrong = { instanceType: "u9.huge", minReplicas: 1, maxReplicas: 2, diskSize: "20Gi" };
    await failed(hikube.nodeGroups.converge(group("prod", "web"), wrong, wish({ create: true })).then(() => undefined));
    sandbox.put("events", {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "e", namespace: sandbox.namespace },
      type: "Warning",
      reason: "FailedCreate",
      message: "exceeded quota: tenant-quota",
      involvedObject: { kind: "Kubernetes", name: "kubernetes-prod-web" },
      lastTimestamp: new Date().toISOString(),
    });
    // While the platform tries again, it is working on it.
    let report = await doctor();
    while (report.of("cluster")?.status !== "problem") report = await doctor();
    expect(report.code).toBe(1);
    expect(report.of("cluster")).toMatchObject({
      status: "problem",
      text: "prod is not ready: the platform cannot put its settings into effect",
      details: [
        expect.stringMatching(/Specified instancetype not exists in cluster: u9\.huge\.$/),
        "Node group web: 0 of 1 nodes run.",
        expect.stringMatching(
          /^Recent warnings: FailedCreate \(kubernetes-prod-web\): exceeded quota: tenant-quota\.$/,
        ),
      ],
      advice: "Correct this setting and apply again: the platform's own attempts all end the same way.",
    });
  });

  test("a host that does not answer, and a name that does not resolve", async () => {
    await change(tenancy.sandbox.url, "https://127.0.0.1:1");
    const refused = await doctor();
    expect({ code: refused.code, statuses: refused.statuses }).toEqual({
      code: 1,
      statuses: { proxy: "ok", connection: "problem", login: "skipped", ...blocked },
    });
    expect(refused.of("connection")).toMatchObject({
      text: "The API at https://127.0.0.1:1 cannot be reached: it refuses connections",
      advice: expect.stringMatching(/^Check the address and the port in the kubeconfig/),
    });
    await change(tenancy.sandbox.url, "https://no-such-host.invalid");
    const { of } = await doctor();
    expect(of("connection")?.text).toMatch(
      /^The API at https:\/\/no-such-host\.invalid cannot be reached: its name cannot be resolved/,
    );
  });

  describe("through a proxy", () => {
    let proxy: Server;
    let tunnels = 0;
    beforeEach(async () => {
      tunnels = 0;
      proxy = createServer().on("connect", (request, socket) => {
        if (request.headers["proxy-authorization"] !== `Basic ${Buffer.from("jane:s3cret-word").toString("base64")}`) {
          socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
          return;
        }
        tunnels++;
        const [host = "", port = ""] = (request.url ?? "").split(":");
        const target = connect(Number(port), host, () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
          target.pipe(socket).pipe(target);
        });
        for (const one of [target, socket]) one.on("error", () => target.destroy());
      });
      proxy.listen(0, "127.0.0.1");
      await once(proxy, "listening");
    });
    afterEach(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const through = (user: string) =>
      change(/^( *)server: .*$/m, `$&\n$1proxy-url: http://${user}127.0.0.1:${(proxy.address() as AddressInfo).port}`);

    test("everything is examined, and its password is not shown", async () => {
      await through("jane:s3cret-word@");
      const { code, statuses, of, all } = await doctor();
      expect({ code, statuses }).toMatchObject({ code: 0, statuses: { ...reached, login: "ok", rights: "ok" } });
      expect(of("proxy")?.text).toMatch(/^http:\/\/127\.0\.0\.1:\d+, from `proxy-url` in the kubeconfig /);
      expect(all).not.toContain("s3cret-word");
      expect(tunnels).toBeGreaterThan(1);
    });

    test("a login that it refuses is a problem of the connection", async () => {
      await through("");
      const { code, of } = await doctor();
      expect(code).toBe(1);
      expect(of("connection")).toMatchObject({
        text: expect.stringMatching(/^The proxy in .* requires a login, or refused the given one \(407\)$/),
        advice: expect.stringContaining("user and password"),
      });
    });
  });

  describe("a credential plugin", () => {
    const plugin = async (script: string) => {
      const command = join(folder, "login.sh");
      await writeFile(command, `#!/bin/sh\n${script}\n`);
      await chmod(command, 0o755);
      const exec = `{ apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: ${command} }`;
      await change(/^( *)token: .*$/m, `$1exec: ${exec}`);
    };

    test("runs once, and the end of its credential is told", async () => {
      const status = { token: tenancy.sandbox.token, expirationTimestamp: "2099-01-01T00:00:00Z" };
      const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
      await plugin(`echo run >> ${join(folder, "runs")}\necho '${JSON.stringify(credential)}'`);
      const { code, of, all } = await doctor();
      expect(code).toBe(0);
      expect(of("login")?.text).toMatch(
        /^as tenant-user, .*, until 2099-01-01T00:00:00\.000Z; it is renewed by itself$/,
      );
      expect(all).not.toContain(tenancy.sandbox.token);
      expect(await readFile(join(folder, "runs"), "utf8")).toBe("run\n");
    });

    test("that fails is a problem of the login", async () => {
      await plugin("echo 'no browser' >&2; exit 3");
      const { code, of } = await doctor();
      expect({ code, status: of("login")?.status }).toEqual({ code: 1, status: "problem" });
      expect(of("login")?.text).toMatch(/login\.sh/);
    });
  });

  test("a platform that does not tell who this is still tells that the login is right", async () => {
    tenancy.sandbox.faults.add({
      match: { path: /selfsubjectreviews/, times: 100 },
      action: { kind: "answer", status: 404, body: "404 page not found\n" },
    });
    expect((await doctor()).of("login")?.text).toMatch(/^as a user whom the platform does not name, with /);
    await change(tenancy.sandbox.token, "wrong");
    expect((await doctor()).of("login")).toMatchObject({ status: "problem", text: expect.stringContaining("401") });
  });

  test("a platform that does not describe itself is a problem", async () => {
    tenancy.sandbox.faults.add({
      match: { path: /openapi/, times: 100 },
      action: { kind: "answer", status: 503, body: "service unavailable\n" },
    });
    const { code, statuses, of } = await doctor();
    expect({ code, statuses }).toMatchObject({ code: 1, statuses: { rights: "ok", platform: "problem" } });
    expect(of("platform")?.text).toMatch(/^the platform does not describe itself: .*503/);
  });

  test("refuses an unknown option and a configuration that is none, with exit code 2", async () => {
    const option = await doctor(["--verbose"]);
    expect({ code: option.code, error: option.error }).toEqual({
      code: 2,
      error: expect.stringMatching(/Unknown option '--verbose'.*\n\nExamines the connection/s),
    });
    const argument = await doctor(["prod"]);
    expect({ code: argument.code, error: argument.error }).toEqual({ code: 2, error: expect.stringContaining("prod") });
    const none = await doctor(["--kubeconfig", join(folder, "missing")]);
    expect({ code: none.code, error: none.error }).toEqual({
      code: 2,
      error: expect.stringMatching(/^There is nothing to examine: There is no kubeconfig at /),
    });
    const io = recordedIo(env);
    expect([await runDoctor(["--help"], io), io.said.error]).toEqual([0, ""]);
    expect(io.said.out).toMatch(/Exit codes: 0: no problem.*Example:\n\n {2}hikube doctor /s);
  });
});
