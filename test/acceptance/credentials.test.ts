import { chmod } from "node:fs/promises";
import { type AddressInfo, createServer, connect as dial } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openClient } from "../support/kube-client.ts";
import { applyClean, expectError, expectSuccess } from "../support/terraform/expectations.ts";
import { startTestBed, type TestBed } from "../support/terraform/test-bed.ts";

const main = 'resource "hikube_cluster" "c" {\n  name = "c"\n}\n';

/** Each way in that does not work has a text of its own, with what to do about it. */
describe("credentials", () => {
  let bed: TestBed;

  beforeAll(async () => {
    bed = await startTestBed({ profile: "1.1.2", speed: 40 });
  });

  afterAll(() => bed?.close());

  const heredoc = (text: string) => `<<-EOT\n${text.trimEnd()}\nEOT\n`;
  const byToken = (token: string, more = "") =>
    `provider "hikube" {\n  host = "${bed.sandbox.url}"\n  namespace = "${bed.namespace}"\n  token = "${token}"\n  cluster_ca_certificate = ${heredoc(bed.sandbox.caCertificate)}${more}}\n`;

  async function planWith(provider: string, files: Record<string, string> = {}) {
    const workspace = await bed.workspace(main, { "provider.tf": provider, ...files });
    for (const name of Object.keys(files))
      if (name.endsWith(".sh")) await chmod(join(workspace.directory, name), 0o755);
    return workspace.plan();
  }

  test("a token, a client certificate, a kubeconfig's content and an exec plugin all let in", async () => {
    const exec = `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${bed.sandbox.token}"}}'\n`;
    const withExec = `provider "hikube" {\n  host = "${bed.sandbox.url}"\n  namespace = "${bed.namespace}"\n  cluster_ca_certificate = ${heredoc(bed.sandbox.caCertificate)}  exec = {\n    api_version = "client.authentication.k8s.io/v1"\n    command = abspath("login.sh")\n  }\n}\n`;
    const ways: readonly (readonly [string, Record<string, string>])[] = [
      [byToken(bed.sandbox.token), {}],
      ['provider "hikube" {\n  kubeconfig = file("other")\n}\n', { other: bed.sandbox.clientCertificateKubeconfig }],
      [withExec, { "login.sh": exec }],
    ];
    for (const [provider, files] of ways) {
      const plan = await planWith(provider, files);
      expect(plan.exitCode, JSON.stringify(plan.diagnostics)).toBe(2);
    }
  });

  test("a token file lets in, also after its token was replaced between plan and apply", async () => {
    const provider = byToken("").replace('token = ""', 'token_file = abspath("token")');
    const former = bed.sandbox.issueToken();
    const workspace = await bed.workspace(main.replaceAll('"c"', '"rotated"'), {
      "provider.tf": provider,
      token: former,
    });
    expectSuccess(await workspace.run("plan", "-no-color", "-out=plan"));
    bed.sandbox.revokeToken(former);
    await workspace.write({ token: bed.sandbox.issueToken() });
    expectSuccess(await workspace.run("apply", "-no-color", "plan"));
    expectSuccess(await workspace.destroy());
  });

  test("a wrong token", async () => {
    expectError(await planWith(byToken("wrong")), /rejected the token of `token` \(401/);
  });

  test("an expired token", async () => {
    const token = bed.sandbox.issueToken({ expiresInMs: 0 });
    expectError(await planWith(byToken(token)), /It may have expired.*kubectl get kubernetes/s);
  });

  test("a token without rights", async () => {
    expectError(await planWith(byToken(bed.sandbox.issueToken({ role: "none" }))), /Not allowed.*role/s);
  });

  test("another tenant's namespace", async () => {
    const provider = byToken(bed.sandbox.token).replace(`"${bed.namespace}"`, '"tenant-other"');
    expectError(await planWith(provider), /namespace is right/);
  });

  test("a server that does not answer", async () => {
    const provider = byToken(bed.sandbox.token, '  max_retries = 0\n  request_timeout = "5m"\n').replace(
      bed.sandbox.url,
      "https://127.0.0.1:1",
    );
    expectError(await planWith(provider), /it refuses connections/);
  });

  test("a server whose certificate is not trusted", async () => {
    const provider = `provider "hikube" {\n  host = "${bed.sandbox.url}"\n  namespace = "x"\n  token = "t"\n  max_retries = 0\n}\n`;
    expectError(await planWith(provider), /certificate/);
  });

  test("an unchecked certificate is a warning", async () => {
    const provider = `provider "hikube" {\n  host = "${bed.sandbox.url}"\n  namespace = "${bed.namespace}"\n  token = "${bed.sandbox.token}"\n  insecure = true\n}\n`;
    const plan = await planWith(provider);
    expect(
      plan.diagnostics.some(({ severity, summary }) => severity === "warning" && /not checked/.test(summary)),
    ).toBe(true);
  });

  test("a broken kubeconfig, a missing one, a missing context", async () => {
    expectError(
      await planWith('provider "hikube" {\n  config_path = abspath("broken")\n}\n', { broken: "a: [b" }),
      /broken|YAML/,
      /config_path/,
    );
    expectError(
      await planWith('provider "hikube" {\n  config_path = "/nowhere/at/all"\n}\n'),
      /nowhere/,
      /config_path/,
    );
    expectError(
      await planWith('provider "hikube" {\n  config_path = abspath("kubeconfig")\n  config_context = "none"\n}\n'),
      /context/,
    );
  });

  test("no way in at all", async () => {
    expectError(await planWith('provider "hikube" {}\n'), /kubeconfig/);
  });

  test("an exec plugin that is not there, that fails, that prints rubbish", async () => {
    const withCommand = (command: string) =>
      `provider "hikube" {\n  host = "${bed.sandbox.url}"\n  namespace = "${bed.namespace}"\n  cluster_ca_certificate = ${heredoc(bed.sandbox.caCertificate)}  exec = {\n    api_version = "client.authentication.k8s.io/v1"\n    command = ${command}\n  }\n}\n`;
    expectError(await planWith(withCommand('"kubectl-no-such-login"')), /kubectl-no-such-login/);
    expectError(
      await planWith(withCommand('abspath("f.sh")'), { "f.sh": "#!/bin/sh\necho 'please log in' >&2\nexit 3\n" }),
      /please log in|3/,
    );
    const missing = '#!/bin/sh\necho \'error: unknown command "oidc-login" for "kubectl"\' >&2\nexit 1\n';
    expectError(await planWith(withCommand('abspath("k.sh")'), { "k.sh": missing }), /Install kubelogin/);
    expectError(
      await planWith(withCommand('abspath("r.sh")'), { "r.sh": "#!/bin/sh\necho rubbish\n" }),
      /ExecCredential|JSON|rubbish/,
    );
  });

  test("an exec plugin that waits for a login is stopped, and its output is shown", async () => {
    const provider = `provider "hikube" {\n  host = "${bed.sandbox.url}"\n  namespace = "${bed.namespace}"\n  cluster_ca_certificate = ${heredoc(bed.sandbox.caCertificate)}  exec = {\n    api_version = "client.authentication.k8s.io/v1"\n    command = abspath("w.sh")\n    timeout = "8s"\n  }\n}\n`;
    const script =
      "#!/bin/sh\necho 'Open https://login.example.org/device and enter the code ABCD-EFGH' >&2\nexec sleep 600\n";
    const plan = await planWith(provider, { "w.sh": script });
    expectError(plan, /within 8 s: Open https:\/\/login\.example\.org\/device and enter the code ABCD-EFGH/);
    expectError(plan, /Log in once with `kubectl get kubernetes`/);
  });

  /** Several resources, of which some exist: each would have its own error to tell. */
  const many = Array.from(
    { length: 5 },
    (_, n) =>
      `resource "hikube_cluster" "many${n}" {\n  name = "many${n}"\n}\nresource "hikube_addon" "many${n}" {\n  cluster_id = "tenant-demo/there"\n  name = "${["cert-manager", "fluxcd", "velero", "gpu-operator", "ingress-nginx"][n]}"\n}\n`,
  ).join("");

  test("a failure of the connection is one error, whatever the number of resources", async () => {
    const there =
      'resource "hikube_cluster" "there" {\n  name = "there"\n}\nresource "hikube_cluster" "too" {\n  name = "too"\n}\n';
    const workspace = await bed.workspace(there);
    await applyClean(workspace);
    const good = 'provider "hikube" {\n  config_path = abspath("kubeconfig")\n}\n';
    const url = bed.sandbox.url;
    const ways: readonly (readonly [string, string, RegExp])[] = [
      ["a wrong token", byToken("wrong"), /Login to Hikube failed/],
      ["no credentials", byToken(""), /No credentials are configured/],
      [
        "a refused connection",
        byToken("t", "  max_retries = 0\n").replace(url, "https://127.0.0.1:1"),
        /cannot be reached/,
      ],
      [
        "an unknown name",
        byToken("t", "  max_retries = 0\n").replace(url, "https://api.test.invalid"),
        /cannot be resolved/,
      ],
      [
        "an unknown authority",
        `provider "hikube" {\n  host = "${url}"\n  namespace = "${bed.namespace}"\n  token = "${bed.sandbox.token}"\n}\n`,
        /is not trusted/,
      ],
      ["missing rights", byToken(bed.sandbox.issueToken({ role: "none" })), /Not allowed/],
    ];
    for (const [name, provider, text] of ways) {
      await workspace.write({ "main.tf": there + many, "provider.tf": provider });
      for (const result of [await workspace.plan(), await workspace.plan("-destroy"), await workspace.destroy()]) {
        const errors = result.diagnostics.filter(({ severity }) => severity === "error");
        expect(errors.length, `${name}: ${JSON.stringify(errors)}`).toBe(1);
        expectError(result, text);
      }
      // Nothing was lost from the state, and nothing else is looked at where nothing has to be.
      await workspace.write({ "main.tf": there });
      expect((await workspace.plan("-refresh=false")).exitCode, name).toBe(0);
    }
    await workspace.write({ "provider.tf": good });
    expect((await workspace.plan()).exitCode).toBe(0);
    expectSuccess(await workspace.destroy());
  });

  test("a cluster's own kubeconfig is told from the tenant's", async () => {
    const workspace = await bed.workspace(main);
    await applyClean(workspace);
    const reader = await openClient({ kubeconfig: bed.sandbox.kubeconfig });
    const path = `/api/v1/namespaces/${bed.namespace}/secrets/kubernetes-c-admin-kubeconfig`;
    const secret = (await reader.request({ method: "GET", path })) as { data: Record<string, string> };
    await reader.close();
    const good = 'provider "hikube" {\n  config_path = abspath("kubeconfig")\n}\n';
    const own = Buffer.from(secret.data["admin.conf"] ?? "", "base64").toString();
    const provider = `provider "hikube" {\n  config_path = abspath("own")\n  namespace = "${bed.namespace}"\n}\n`;
    const plan = await planWith(provider, { own });
    expectError(plan, /Not the Hikube API/);
    expectError(plan, /Use the tenant's kubeconfig/);
    // What is in the state is not taken for gone.
    await workspace.write({ "provider.tf": provider, own });
    expectError(await workspace.plan(), /Not the Hikube API/);
    await workspace.write({ "provider.tf": good });
    expectSuccess(await workspace.destroy());
  });

  test("the way named by proxy_url is the way to the clusters, too", async () => {
    const asked = new Set<string>();
    const proxy = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (request) => {
        const [, target = ""] = /^CONNECT (\S+) /.exec(request.toString("latin1")) ?? [];
        asked.add(target);
        const { hostname, port } = new URL(`http://${target}`);
        const upstream = dial(Number(port), hostname, () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n");
          socket.pipe(upstream).pipe(socket);
        });
        upstream.on("error", () => socket.destroy());
        socket.on("close", () => upstream.destroy());
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const { port } = proxy.address() as AddressInfo;
    const provider = `provider "hikube" {\n  config_path = abspath("kubeconfig")\n  proxy_url = "http://127.0.0.1:${port}"\n}\n`;
    const workspace = await bed.workspace(main, { "provider.tf": provider });
    await applyClean(workspace);
    const [cluster] = (await workspace.state()).resources ?? [];
    const endpoint = String(cluster?.values["endpoint"]);
    expect([...asked].sort()).toEqual([new URL(bed.sandbox.url).host, new URL(endpoint).host].sort());
    expectSuccess(await workspace.destroy());
    proxy.close();
  });

  test("a kubeconfig without a namespace needs one in the provider", async () => {
    const text = bed.sandbox.kubeconfig.replace(/^\s*namespace:.*\n/m, "");
    expectError(
      await planWith('provider "hikube" {\n  config_path = abspath("k")\n}\n', { k: text }),
      /namespace/,
      /./,
    );
  });

  test("no secret stands in what the CLI prints, even at its most talkative", async () => {
    const workspace = await bed.workspace(main, { "provider.tf": byToken(bed.sandbox.token) });
    await applyClean(workspace);
    const { stdout, stderr } = await workspace.run("plan", "-no-color");
    expect(stdout + stderr).not.toContain(bed.sandbox.token);
    expectSuccess(await workspace.destroy());
  });
});
