import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyClean, expectError, expectSuccess } from "./expectations.ts";
import { startWorld, type World } from "./world.ts";

const main = 'resource "hikube_cluster" "c" {\n  name = "c"\n}\n';

/** Each way in that does not work has a text of its own, with what to do about it. */
describe("credentials", () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ profile: "1.1.2", speed: 40 });
  });

  afterAll(() => world?.close());

  const heredoc = (text: string) => `<<-EOT\n${text.trimEnd()}\nEOT\n`;
  const byToken = (token: string, more = "") =>
    `provider "hikube" {\n  host = "${world.sandbox.url}"\n  namespace = "${world.namespace}"\n  token = "${token}"\n  cluster_ca_certificate = ${heredoc(world.sandbox.caCertificate)}${more}}\n`;

  async function planWith(provider: string, files: Record<string, string> = {}) {
    const workspace = await world.workspace(main, { "provider.tf": provider, ...files });
    for (const name of Object.keys(files))
      if (name.endsWith(".sh")) await chmod(join(workspace.directory, name), 0o755);
    return workspace.plan();
  }

  test("a token, a client certificate, a kubeconfig's content and an exec plugin all let in", async () => {
    const exec = `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${world.sandbox.token}"}}'\n`;
    const withExec = `provider "hikube" {\n  host = "${world.sandbox.url}"\n  namespace = "${world.namespace}"\n  cluster_ca_certificate = ${heredoc(world.sandbox.caCertificate)}  exec = {\n    api_version = "client.authentication.k8s.io/v1"\n    command = abspath("login.sh")\n  }\n}\n`;
    const ways: readonly (readonly [string, Record<string, string>])[] = [
      [byToken(world.sandbox.token), {}],
      ['provider "hikube" {\n  kubeconfig = file("other")\n}\n', { other: world.sandbox.clientCertificateKubeconfig }],
      [withExec, { "login.sh": exec }],
    ];
    for (const [provider, files] of ways) {
      const plan = await planWith(provider, files);
      expect(plan.exitCode, JSON.stringify(plan.diagnostics)).toBe(2);
    }
  });

  test("a wrong token", async () => {
    expectError(await planWith(byToken("wrong")), /credentials were not accepted/);
  });

  test("an expired token", async () => {
    const token = world.sandbox.issueToken({ expiresInMs: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expectError(await planWith(byToken(token)), /login may have expired/);
  });

  test("a token without rights", async () => {
    expectError(await planWith(byToken(world.sandbox.issueToken({ role: "none" }))), /Not allowed.*role/s);
  });

  test("another tenant's namespace", async () => {
    const provider = byToken(world.sandbox.token).replace(`"${world.namespace}"`, '"tenant-other"');
    expectError(await planWith(provider), /namespace is right/);
  });

  test("a server that does not answer", async () => {
    const provider = byToken(world.sandbox.token, '  max_retries = 0\n  request_timeout = "2s"\n').replace(
      world.sandbox.url,
      "https://127.0.0.1:1",
    );
    expectError(await planWith(provider), /refused|did not answer/);
  });

  test("a server whose certificate is not trusted", async () => {
    const provider = `provider "hikube" {\n  host = "${world.sandbox.url}"\n  namespace = "x"\n  token = "t"\n  max_retries = 0\n}\n`;
    expectError(await planWith(provider), /certificate/);
  });

  test("an unchecked certificate is a warning", async () => {
    const provider = `provider "hikube" {\n  host = "${world.sandbox.url}"\n  namespace = "${world.namespace}"\n  token = "${world.sandbox.token}"\n  insecure = true\n}\n`;
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
      `provider "hikube" {\n  host = "${world.sandbox.url}"\n  namespace = "${world.namespace}"\n  cluster_ca_certificate = ${heredoc(world.sandbox.caCertificate)}  exec = {\n    api_version = "client.authentication.k8s.io/v1"\n    command = ${command}\n  }\n}\n`;
    expectError(await planWith(withCommand('"kubectl-no-such-login"')), /kubectl-no-such-login/);
    expectError(
      await planWith(withCommand('abspath("f.sh")'), { "f.sh": "#!/bin/sh\necho 'please log in' >&2\nexit 3\n" }),
      /please log in|3/,
    );
    expectError(
      await planWith(withCommand('abspath("r.sh")'), { "r.sh": "#!/bin/sh\necho rubbish\n" }),
      /ExecCredential|JSON|rubbish/,
    );
  });

  test("a kubeconfig without a namespace needs one in the provider", async () => {
    const text = world.sandbox.kubeconfig.replace(/^\s*namespace:.*\n/m, "");
    expectError(
      await planWith('provider "hikube" {\n  config_path = abspath("k")\n}\n', { k: text }),
      /namespace/,
      /./,
    );
  });

  test("no secret stands in what the CLI prints, even at its most talkative", async () => {
    const workspace = await world.workspace(main, { "provider.tf": byToken(world.sandbox.token) });
    await applyClean(workspace);
    const { stdout, stderr } = await workspace.run("plan", "-no-color");
    expect(stdout + stderr).not.toContain(world.sandbox.token);
    expectSuccess(await workspace.destroy());
  });
});
