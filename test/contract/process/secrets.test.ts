import { readdirSync, readFileSync, statSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { ensureBuilt, mirror } from "../../../scripts/ensure-built.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { sandboxClient } from "../../support/sandbox-client.ts";
import { type CliResult, createWorkspace, findCli, type Workspace } from "../../support/terraform/cli.ts";
import { expectSuccess } from "../../support/terraform/expectations.ts";
import { header } from "../../support/terraform/test-bed.ts";

// Canaries in everything that is secret, the packaged executable, the real CLI at its most talkative: none may be seen anywhere.

let sandbox: Sandbox;
const workspaces: Workspace[] = [];
const cli = findCli();

beforeAll(async () => {
  ensureBuilt();
  sandbox = await startSandbox({ profile: "1.1.2", speed: 100 });
});

afterAll(async () => {
  await sandbox?.stop();
  await Promise.all(workspaces.map((workspace) => workspace.remove()));
});

const canary = (name: string): string => `canary-${name}-5f8c1e7a94d2`;

/** Command lines of every visible process, read repeatedly. */
function watchCommandLines(): { stop(): ReadonlySet<string> } {
  const seen = new Set<string>();
  const look = () => {
    for (const pid of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
      try {
        seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
      } catch {
        // It ended between two looks.
      }
    }
  };
  const timer = setInterval(look, 25);
  return {
    stop: () => {
      clearInterval(timer);
      return seen;
    },
  };
}

interface Story {
  readonly workspace: Workspace;
  run(...args: string[]): Promise<CliResult>;
  /** Everything that was written, printed, logged or shown until now. */
  everything(): readonly { readonly where: string; readonly content: string }[];
}

/** A workspace with the executable, a log of everything, and a watch over processes and files while a command runs. */
async function begin(hcl: string, files: Record<string, string>, env: Record<string, string> = {}): Promise<Story> {
  const log = "trace.log";
  const own = new Set(["trace.log", ...Object.keys(files)]);
  const workspace = await createWorkspace(
    cli,
    { TF_LOG: "TRACE", TF_LOG_PATH: log, ...env },
    {
      "versions.tf": header,
      "main.tf": hcl,
      "cli.tfrc": `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
      ...files,
    },
  );
  workspaces.push(workspace);
  const heard: { where: string; content: string }[] = [];
  const run = async (...args: string[]): Promise<CliResult> => {
    const watch = watchCommandLines();
    const result = await workspace.run(...args);
    heard.push({ where: `stdout of ${args[0]}`, content: result.stdout });
    heard.push({ where: `stderr of ${args[0]}`, content: result.stderr });
    for (const line of watch.stop()) heard.push({ where: "a command line", content: line });
    return result;
  };
  expectSuccess(await run("init", "-no-color"));
  return {
    workspace,
    run,
    everything: () => {
      const { directory } = workspace;
      const written = readdirSync(directory).filter(
        (name) => !own.has(name) && statSync(join(directory, name)).isFile(),
      );
      return [
        ...heard,
        { where: "the log", content: readFileSync(join(directory, log), "utf8") },
        ...written.map((where) => ({ where, content: readFileSync(join(directory, where), "latin1") })),
      ];
    },
  };
}

/** Fails with the place where a secret was seen, and never with the secret itself. */
function expectUnseen(story: Story, secrets: Readonly<Record<string, string>>): void {
  const leaks = story.everything().flatMap(({ where, content }) =>
    Object.entries(secrets)
      .filter(([, secret]) =>
        [secret, Buffer.from(secret).toString("base64").slice(0, -4)].some((text) => content.includes(text)),
      )
      .map(([name]) => `${name} in ${where}: ${JSON.stringify(around(content, secrets[name] ?? ""))}`),
  );
  expect([...new Set(leaks)]).toEqual([]);
}

const around = (content: string, secret: string): string => {
  const at = content.indexOf(secret);
  return content
    .slice(Math.max(0, at - 300), at)
    .concat("…", content.slice(at + secret.length, at + secret.length + 60));
};

/** A line of the PEM text inside the base64 of a kubeconfig. */
const pemLine = (data: string): string => Buffer.from(data, "base64").toString().split("\n")[2] ?? "";

/** The secret parts of a kubeconfig. */
function secretsOf(kubeconfig: string): Record<string, string> {
  const [{ user }] = (parse(kubeconfig) as { users: [{ user: Record<string, string> }] }).users;
  const key = user["client-key-data"];
  return {
    ...(user["token"] === undefined ? {} : { "the token": user["token"] }),
    ...(key === undefined ? {} : { "the client key": key.slice(60, 160), "the client key as PEM": pemLine(key) }),
  };
}

/** Parts of each private key that the platform keeps for a cluster. */
async function secretsOfCluster(name: string): Promise<Record<string, string>> {
  const client = sandboxClient(sandbox);
  try {
    const path = `/api/v1/namespaces/${sandbox.namespace}/secrets/kubernetes-${name}-admin-kubeconfig`;
    const data = (await client.call("GET", path)).body["data"] as Record<string, string>;
    const keys = Object.entries(data).flatMap(([entry, text]) =>
      Object.entries(secretsOf(Buffer.from(text, "base64").toString())).map(([what, secret]): [string, string] => [
        `${what} of ${entry}`,
        secret,
      ]),
    );
    expect(keys.map(([what]) => what)).toContain("the client key as PEM of admin.conf");
    for (const [, secret] of keys) expect(secret.length).toBeGreaterThanOrEqual(60);
    return Object.fromEntries(keys);
  } finally {
    client.close();
  }
}

const everything = `
variable "kubeconfig" {
  sensitive = true
  ephemeral = true
}
variable "password" {
  sensitive = true
  ephemeral = true
}
variable "turn" {
  default = 1
}
provider "hikube" {
  kubeconfig = var.kubeconfig
}
resource "hikube_cluster" "c" {
  name    = "c"
  version = "1.34"
}
ephemeral "hikube_kubeconfig" "c" {
  cluster_id = hikube_cluster.c.id
}
resource "hikube_nodegroup" "c" {
  cluster_id   = hikube_cluster.c.id
  name         = "web"
  min_replicas = 1
}
resource "hikube_addon" "c" {
  cluster_id        = hikube_cluster.c.id
  name              = "velero"
  values            = { velero = { turn = var.turn } }
  values_wo = { velero = { credentials = {
    plain = var.password
    list  = [var.password, ephemeral.hikube_kubeconfig.c.raw, ephemeral.hikube_kubeconfig.c.client_key]
  } } }
  values_wo_version = var.turn
  timeouts          = { create = "20m", update = "20m" }
}
`;

test("a run from create to destroy, with a failure that quotes a secret, shows none", async () => {
  const password = canary("write-only");
  const kubeconfig = sandbox.clientCertificateKubeconfig;
  const story = await begin(everything, {}, { TF_VAR_kubeconfig: kubeconfig, TF_VAR_password: password });
  const secrets: Record<string, string> = { values_wo: password, ...secretsOf(kubeconfig) };
  expectSuccess(await story.run("apply", "-auto-approve", "-no-color"));
  // What was sent to the platform: the test sees that the secrets were in use.
  const sent = new Set<string>();
  // The credentials of the tenant's cluster are read at every refresh, and are secret.
  for (const [user, key] of Object.entries(await secretsOfCluster("c"))) secrets[user] = key;
  const stored = JSON.stringify(sandbox.stored("Kubernetes", "c")?.values);
  expect(stored).toContain(password);
  for (const secret of Object.values(secrets).filter((one) => stored.includes(one))) sent.add(secret);
  expect(sent.size).toBeGreaterThan(2);
  const planned = await story.run("plan", "-out=plan.bin", "-no-color", "-var=turn=2");
  expectSuccess(planned);
  expectSuccess(await story.run("show", "-json", "plan.bin"));
  expectSuccess(await story.run("show", "-json"));
  // The platform fails, and quotes what it was given.
  sandbox.faults.lifecycle("c", {
    installFails: `execution error at (velero/templates/secret.yaml:3:4): invalid credential "${password}"`,
  });
  const failed = await story.run("apply", "-auto-approve", "-no-color", "-var=turn=2");
  expect(failed.exitCode).toBe(1);
  expect(failed.stdout + failed.stderr).toContain("invalid credential");
  // Another process reads the failure that is still there, and was never told the secret.
  await story.run("plan", "-refresh-only", "-no-color", "-target=hikube_cluster.c");
  await story.run("apply", "-refresh-only", "-auto-approve", "-no-color", "-target=hikube_cluster.c");
  expectUnseen(story, secrets);
  sandbox.faults.lifecycle("c", {});
  expectSuccess(await story.run("apply", "-auto-approve", "-no-color", "-var=turn=3"));
  expectSuccess(await story.run("destroy", "-auto-approve", "-no-color"));
  expectUnseen(story, secrets);
});

test("rejected credentials are not shown in errors", async () => {
  const cluster = 'resource "hikube_cluster" "c" {\n  name = "c"\n}\n';
  const ca = `<<-EOT\n${sandbox.caCertificate.trimEnd()}\nEOT\n`;
  const to = (more: string) =>
    `provider "hikube" {\n  host = "${sandbox.url}"\n  namespace = "${sandbox.namespace}"\n  cluster_ca_certificate = ${ca}  max_retries = 0\n${more}}\n`;
  const users = (user: string) => sandbox.kubeconfig.replace(/user:\s*\n\s+token: .*\n/, `user:\n      ${user}\n`);
  const token = canary("token");
  const password = canary("password");
  const env = canary("environment");
  const key = canary("key");
  const proxy = canary("proxy");
  const script = canary("printed");
  const argument = canary("argument");
  const tokenFile = canary("token-file");
  const keyFile = canary("key-file");
  const secrets = { token, password, env, key, proxy, script, tokenFile, keyFile };
  const exec = (command: string) =>
    to(
      `  exec = {\n    api_version = "client.authentication.k8s.io/v1"\n    command = abspath("${command}")\n    args = ["--secret", "${argument}"]\n    env = { LOGIN_SECRET = "${env}" }\n  }\n`,
    );
  const ways: readonly (readonly [string, string])[] = [
    ["a token that is refused", to(`  token = "${token}"\n`)],
    ["a token file that is refused", 'provider "hikube" {\n  config_path = "token-file.conf"\n  max_retries = 0\n}\n'],
    ["a token file that is none", 'provider "hikube" {\n  config_path = "no-token-file.conf"\n  max_retries = 0\n}\n'],
    ["a key file that is none", 'provider "hikube" {\n  config_path = "key-file.conf"\n}\n'],
    ["a key file of another certificate", 'provider "hikube" {\n  config_path = "other-key.conf"\n}\n'],
    ["a password that is refused", 'provider "hikube" {\n  config_path = "password.conf"\n  max_retries = 0\n}\n'],
    ["a kubeconfig that is broken", 'provider "hikube" {\n  config_path = "broken.conf"\n}\n'],
    ["a kubeconfig of another shape", 'provider "hikube" {\n  config_path = "shape.conf"\n}\n'],
    ["a key that is none", to(`  client_certificate = "${key}"\n  client_key = "${key}"\n`)],
    ["a proxy that is not there", to(`  token = "${token}"\n  proxy_url = "http://user:${proxy}@127.0.0.1:1"\n`)],
    ["a login that fails", exec("fails.sh")],
    ["a login that prints rubbish", exec("rubbish.sh")],
    ["a login that is refused", exec("refused.sh")],
  ];
  const files = {
    "token-file.conf": users("tokenFile: token.secret"),
    "token.secret": `${tokenFile}\n`,
    "no-token-file.conf": users("tokenFile: ."),
    "key-file.conf": users("client-certificate: key.secret\n      client-key: key.secret"),
    "other-key.conf": users("client-certificate: sound.crt\n      client-key: key.secret"),
    "key.secret": `-----BEGIN PRIVATE KEY-----\n${keyFile}\n-----END PRIVATE KEY-----\n`,
    "sound.crt": sandbox.caCertificate,
    "password.conf": users(`username: admin\n      password: ${password}`),
    "broken.conf": `users: [{ user: { token: ${token} }`,
    "shape.conf": JSON.stringify({ users: token, clusters: [password], contexts: { a: key }, "current-context": "x" }),
    "provider.tf": "",
    "fails.sh": '#!/bin/sh\necho "login failed" >&2\nexit 1\n',
    "rubbish.sh": `#!/bin/sh\necho '{"kind": "ExecCredential", "status": {"token": "${script}"'\n`,
    "refused.sh": `#!/bin/sh\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"${script}"}}'\n`,
  };
  const story = await begin(cluster, files);
  for (const name of Object.keys(files)) {
    if (name.endsWith(".sh")) await chmod(join(story.workspace.directory, name), 0o755);
  }
  for (const [what, provider] of ways) {
    await story.workspace.write({ "provider.tf": provider });
    const { exitCode, stdout, stderr } = await story.run("plan", "-no-color");
    expect(exitCode, `${what}: ${stdout}`).toBe(1);
    expect(stderr, what).toContain("Error:");
    expect(stderr, what).not.toMatch(/Internal error|panic/);
    expectUnseen(story, secrets);
  }
  // What a command is given, its own command line shows, as its owner wanted; nothing else does.
  const shown = story
    .everything()
    .filter(({ where, content }) => where !== "a command line" && content.includes(argument));
  expect(shown.map(({ where }) => where)).toEqual([]);
});

test("a proxy's password from the environment is not shown when the proxy fails", async () => {
  const proxy = canary("proxy-variable");
  const hcl = `provider "hikube" {
  host        = "https://hikube.invalid"
  token       = "t"
  namespace   = "tenant-x"
  max_retries = 0
}
resource "hikube_cluster" "c" {
  name = "c"
}
`;
  const story = await begin(hcl, {}, { HTTPS_PROXY: `http://user:${proxy}@127.0.0.1:1`, NO_PROXY: "" });
  const { exitCode, stderr } = await story.run("plan", "-no-color");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Error:");
  expectUnseen(story, { proxy });
});
