import { readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { executable } from "../../scripts/ensure-built.ts";
import { goPlatform } from "../../scripts/go-platform.ts";
import { nextSteps } from "../../scripts/next-steps.ts";
import { quickstartPicture, stableLines } from "../../scripts/quickstart-picture.ts";
import { summary } from "../../src/conformance/report.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { sandboxClient } from "../support/sandbox-client.ts";
import { findCli } from "../support/terraform/cli.ts";
import { header } from "../support/terraform/test-bed.ts";
import { guideBlock } from "./migration-guide.ts";
import {
  commandsInCode,
  commandsInComments,
  commandsInMarkdown,
  commandsInOutput,
  commandsOfCi,
  isPrintedAs,
  printedCommands,
} from "./printed-commands.ts";
import { archiveName, checksumsName, mirrorName, version, writeReleaseFiles } from "./release-files.ts";
import { checkout, type UserShell, userShell } from "./user-shell.ts";

// Every command that a page, an example or the program prints is typed here as it is printed, in a clean checkout after `npm ci`, by
// a user who has the system's Node.

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = executable.slice(root.length);

/** Commands that are run nowhere, and why. */
const notRun: Readonly<Record<string, string>> = {
  ".ci/run": "it runs this test",
  "kubectl oidc-login": "the name of kubelogin, another program, which opens a browser",
  "kubectl krew install oidc-login": "installs another program from the network",
  "brew install kubelogin": "installs another program from the network",
  "chmod +x": "a part of a command; the sentence names the file",
  "terraform apply -invoke=action.hikube_wait.prod": "needs Terraform 1.14; test/acceptance/latest runs the example",
  "terraform apply -invoke=action.hikube_reconcile.prod": "the same",
  "terraform query -generate-config-out=generated.tf": "the same",
  "mkdir -p oci": "test/release copies an OCI layout into a registry",
  [`tar --extract --file=terraform-provider-hikube_${version}_oci.tar --directory=oci`]: "the same",
  [`oras cp --from-oci-layout oci:${version} registry.example.org/opentofu-providers/hikube/hikube:${version}`]:
    "the same",
  [`gh attestation verify ${archiveName("<platform>")} --repo hikube/terraform-provider-hikube`]: "asks GitHub",
  "npm run package": "makes the files of a release, which needs packages of Debian; its tests run it",
  "npm run sign": "needs the key of a release; test/release/signature.test.ts signs with another",
  "HIKUBE_TEST_PROVIDER=executable npm test -- <tier or word>": "`.ci/run` runs its tiers so",
  "npm run docs": "writes pages of the checkout; `.ci/run` runs its check",
  "npm run bench": "takes many minutes, and reports figures instead of passing",
  "npm run bench -- quick": "the same, shorter",
  "npm run bench -- load": "takes many minutes, and reports figures",
  "npm run test:load": "runs all tests six times, this one with them",
  "npm run faults": "a thousand cases; a share of them are tests, and one is run here as printed",
  "npm run faults -- --seed 1 --cases 1000 --terraform 60 --write": "the same, and writes a page",
};

/** What takes too long for a test, or would run this one, is run by `.ci/run` with the same words. */
const runByCi = [
  "npm ci",
  "npm test",
  "npm run quickstart",
  "npm run opentofu",
  "npm run terraform-latest",
  "npm run test:bun",
  "npm run contract:recordings -- <folder>",
  "npm run docs -- --check",
];

const typedByTests: string[] = [];
let project: Awaited<ReturnType<typeof checkout>>;

/** A test that types these commands, among others. */
function typing(
  name: string,
  commands: readonly string[],
  body: (shell: UserShell) => Promise<void>,
  environment?: Readonly<Record<string, string>>,
): void {
  typedByTests.push(...commands);
  // They wait more than they compute.
  test.concurrent(name, { timeout: 1_200_000 }, async () => {
    const shell = await userShell(project.directory, environment);
    try {
      await body(shell);
      const missing = commands.filter((command) => ![...shell.typed].some((line) => isPrintedAs(command, line)));
      expect(missing, "named by the test and not typed").toEqual([]);
    } finally {
      await shell.close();
    }
  });
}

/** A directory of the user's with a configuration. */
async function configuration(shell: UserShell, name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const directory = join(shell.home, name);
  await mkdir(directory);
  for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), text);
  return directory;
}

/** The commands of the program's help. */
const helpWords = [
  "kubeconfig <id>",
  "token <id>",
  "watch <id>",
  "export <id>",
  "doctor",
  "sandbox",
  "conformance",
  "debug",
  "version",
];

const kubeconfigProvider = 'provider "hikube" {\n  config_path = "~/.kube/hikube"\n}\n';

const cluster = (name: string) => `
resource "hikube_cluster" "${name}" {
  name    = "${name}"
  version = "1.33"
}
`;

/** A sandbox whose kubeconfig is the user's `~/.kube/hikube`, and the one that kubectl uses by itself. */
async function tenantOf(shell: UserShell, namespace = "tenant-acme", profile: "1.1.2" | "1.6.2" = "1.1.2") {
  const sandbox = await startSandbox({ profile, speed: 20, namespace });
  await mkdir(join(shell.home, ".kube"), { recursive: true });
  for (const name of ["hikube", "config"]) {
    await writeFile(join(shell.home, ".kube", name), sandbox.kubeconfig, { mode: 0o600 });
  }
  return sandbox;
}

describe("the commands that are printed", () => {
  beforeAll(async () => {
    project = await checkout();
    const shell = await userShell(project.directory);
    try {
      await shell.run("npm run build");
    } finally {
      await shell.close();
    }
  }, 600_000);

  afterAll(() => project?.remove());

  typing(
    "of the project work with the system's Node",
    [
      "npm run",
      "npm run imports",
      "npm run words",
      "npm run generate",
      "npm run example",
      'npm run faults -- --only "1.1.2 create 3 reset-before"',
    ],
    async (shell) => {
      expect((await shell.run("node --version")).stdout).toMatch(/^v\d+/);
      expect((await shell.run("command -v node")).stdout).not.toContain("node_modules");
      expect((await shell.run("npm run")).stdout).toContain("quickstart");
      await shell.run("npm run imports");
      await shell.run("npm run words");
      expect((await shell.run("npm run generate")).stdout).toContain("everything generated is up to date");
      const example = (await shell.run("npm run example")).stdout;
      expect(example).toMatch(/^kubernetes-library-demo-gpu-\S+ +v1\.34\.\d+ +cpu 4 .* gpu 1$/m);
      expect(example).toContain("is gone.");
      const one = 'npm run faults -- --only "1.1.2 create 3 reset-before"';
      expect((await shell.run(one)).stdout).toContain("passes");
    },
  );

  typing(
    "that build the provider and write its schema do so in a clean checkout",
    ["npm run build", "HIKUBE_UPDATE_GOLDEN=1 npm test -- schema"],
    async (shell) => {
      const clean = await checkout();
      const { directory } = clean;
      const golden = join(directory, "schemas/provider.json");
      await writeFile(golden, "{}");
      expect((await shell.run("npm run build", { directory })).stdout).toContain(program);
      await shell.run("HIKUBE_UPDATE_GOLDEN=1 npm test -- schema", { directory });
      expect(await readFile(golden, "utf8")).toBe(await readFile(join(root, "schemas/provider.json"), "utf8"));
      await clean.remove();
    },
    { HIKUBE_TEST_CLI: findCli() },
  );

  typing(
    "of the debugging guide serve the provider to a Terraform that has the printed variable",
    ["node_modules/.bin/node src/main.ts debug", "node_modules/.bin/node --inspect src/main.ts debug"].concat(
      "export TF_REATTACH_PROVIDERS='<…>'",
    ),
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const directory = await configuration(shell, "debug", { "main.tf": header + kubeconfigProvider + cluster("d") });
      for (const line of [
        "node_modules/.bin/node src/main.ts debug",
        "node_modules/.bin/node --inspect src/main.ts debug",
      ]) {
        const debug = shell.start(line);
        const [variable = ""] = /^export TF_REATTACH_PROVIDERS=.*$/m.exec(await debug.until(/^export .*\n/m)) ?? [];
        expect((await shell.run([variable, "terraform plan"], { directory })).stdout).toContain("1 to add");
        await debug.interrupt();
      }
      await sandbox.stop();
    },
  );

  typing(
    "of the program's own help start what they say",
    helpWords.map((words) => `${program} ${words}`).concat(`${program} sandbox --help`),
    async (shell) => {
      const sandbox = await tenantOf(shell);
      expect((await shell.run(`${program} sandbox --help`)).stdout).toContain("--kubeconfig-out");
      const commands = commandsInOutput((await shell.run(`${program} --help`)).stdout);
      const directory = await configuration(shell, "help", {
        "main.tf": header + kubeconfigProvider + cluster("demo"),
      });
      await shell.run(["terraform init", "terraform apply -auto-approve"], { directory });
      const answers: Readonly<Record<string, RegExp>> = {
        kubeconfig: /^current-context: tenant-acme\/demo$/m,
        token: /"kind":"ExecCredential"/,
        watch: /tenant-acme\/demo ready; control plane ready/,
        export: /^resource "hikube_cluster" "demo" \{/m,
        doctor: /demo is ready: v1\.33.*No problems found\./s,
        sandbox: /Ctrl-C ends it/,
        conformance: /The check creates the following/,
        debug: /export TF_REATTACH_PROVIDERS=/,
        version: /^\d+\.\d+\.\d+\n/,
      };
      expect(commands.map((line) => line.split(" ")[1])).toEqual(Object.keys(answers));
      for (const line of commands) {
        const running = shell.start(line.replace(" [options]", "").replace("<id>", "demo"));
        await running.until(answers[line.split(" ")[1] ?? ""] ?? /^$/);
        await running.interrupt();
      }
      await sandbox.stop();
    },
  );

  typing(
    "of the sandbox's start text lead to the nodes of a cluster made by Terraform",
    [
      `${program} sandbox`,
      "export KUBECONFIG=<…>",
      "kubectl get kubernetes",
      `kubectl get secret kubernetes-demo-admin-kubeconfig -o go-template='{{ index .data "admin.conf" | base64decode }}' > demo.kubeconfig`,
      "kubectl --kubeconfig demo.kubeconfig get nodes -o wide",
      "kubectl get nodes",
    ],
    async (shell) => {
      const sandbox = shell.start(`${program} sandbox`);
      const said = await sandbox.until(/Ctrl-C ends it/);
      const [provider = ""] = /^ {2}provider "hikube" \{.*?^ {2}\}$/ms.exec(said) ?? [];
      const group = `
        resource "hikube_nodegroup" "web" {
          cluster_id   = hikube_cluster.demo.id
          name         = "web"
          min_replicas = 1
        }`;
      const directory = await configuration(shell, "demo", { "main.tf": header + provider + cluster("demo") + group });
      await shell.run(["terraform init", "terraform apply -auto-approve"], { directory });
      const commands = commandsInOutput(said).map((line) => line.replaceAll("<name>", "demo"));
      expect(commands).toHaveLength(4);
      const { stdout } = await shell.run(commands, { directory });
      expect(stdout).toMatch(/^demo +True/m);
      expect(stdout).toMatch(/^kubernetes-demo-web-\S+ +Ready/m);
      const nodes = await shell.run(["export KUBECONFIG=demo.kubeconfig", "kubectl get nodes"], { directory });
      expect(nodes.stdout).toMatch(/^kubernetes-demo-web-\S+ +Ready/m);
      await sandbox.interrupt();
      expect(sandbox.said()).toContain("The sandbox has ended.");
    },
  );

  typing(
    "of a kubeconfig that refers to files prints one that the functions read",
    ["kubectl config view --raw --flatten"],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const text = await readFile(join(shell.home, ".kube", "config"), "utf8");
      const [, authority = ""] = /certificate-authority-data: "?([A-Za-z0-9+/=]+)/.exec(text) ?? [];
      await writeFile(join(shell.home, ".kube", "ca.pem"), Buffer.from(authority, "base64"));
      const split = text.replace(/certificate-authority-data: .*/, "certificate-authority: ca.pem");
      await writeFile(join(shell.home, ".kube", "config"), split);
      const main = `output "x" { value = provider::hikube::parse_kubeconfig(file("kubeconfig")).cluster_ca_certificate }\n`;
      const directory = await configuration(shell, "parse", { "main.tf": header + main, kubeconfig: split });
      const refused = await shell.run(["terraform init", "terraform plan -no-color"], { directory, exits: [1] });
      const [command = ""] = commandsInOutput(refused.stderr.replace(/\s*\n[│\s]*/g, " "));
      const { stdout } = await shell.run(command);
      await writeFile(join(directory, "kubeconfig"), stdout);
      const applied = await shell.run(["terraform apply -auto-approve", "terraform output -raw x"], { directory });
      expect(applied.stdout).toContain(sandbox.caCertificate.trim());
      await sandbox.stop();
    },
  );

  typing(
    "of the quick start's last words work in the project and beside it",
    [
      "npm run quickstart -- --keep",
      `${program} sandbox`,
      "cd <…>",
      "export KUBECONFIG=$PWD/kubeconfig TF_CLI_CONFIG_FILE=$PWD/cli.tfrc",
      "kubectl get kubernetes",
    ],
    async (shell) => {
      const [keep = "", sandbox = "", ...others] = commandsInOutput(nextSteps());
      expect(others).toEqual([]);
      const ownSandbox = shell.start(sandbox);
      await ownSandbox.until(/Ctrl-C ends it/);
      await ownSandbox.interrupt();

      const quickstart = shell.start(keep);
      const said = await quickstart.until(/Ctrl-C ends the sandbox/);
      const picture = join(root, "docs/images/quickstart.svg");
      const drawn = quickstartPicture(said);
      if (process.env["HIKUBE_UPDATE_GOLDEN"] === "1") await writeFile(picture, drawn);
      expect(stableLines(await readFile(picture, "utf8"))).toEqual(stableLines(drawn));
      const around = commandsInOutput(said.slice(said.lastIndexOf("Look around")));
      expect(around).toHaveLength(4);
      const { stdout } = await shell.run(around);
      expect(stdout).toContain("No changes.");
      expect(stdout).toMatch(/^demo +True/m);
      await quickstart.interrupt();
      expect(quickstart.said()).toContain("All done");
    },
  );

  typing(
    "of the kubeconfig guide lead into a cluster",
    [
      "export PATH=$PWD/dist:$PATH",
      "hikube kubeconfig prod --exec --merge ~/.kube/config",
      "hikube kubeconfig prod",
      "hikube watch prod",
      "hikube token prod",
      "kubectl get nodes",
    ],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const group = `
        resource "hikube_nodegroup" "web" {
          cluster_id   = hikube_cluster.prod.id
          name         = "web"
          min_replicas = 1
        }`;
      const directory = await configuration(shell, "guide", {
        "main.tf": header + kubeconfigProvider + cluster("prod") + group,
      });
      await shell.run(["terraform init", "terraform apply -auto-approve"], { directory });
      const path = "export PATH=$PWD/dist:$PATH";
      const printed = await shell.run([path, "hikube kubeconfig prod", "hikube token prod", "hikube watch prod"]);
      expect(printed.stdout).toContain("client-certificate-data");
      expect(printed.stdout).toContain("tenant-acme/prod ready; control plane ready");
      await shell.run([path, "hikube kubeconfig prod --exec --merge ~/.kube/config"]);
      const merged = await readFile(join(shell.home, ".kube", "config"), "utf8");
      expect(merged).toMatch(/command: hikube$/m);
      expect(merged).not.toContain("client-certificate-data");
      const nodes = await shell.run([path, "kubectl get nodes"]);
      expect(nodes.stdout).toMatch(/^kubernetes-prod-web-\S+ +Ready/m);
      await sandbox.stop();
    },
  );

  typing(
    "of the watch guide show the progress of a cluster",
    ["hikube watch prod", "HIKUBE_PROGRESS=progress.log terraform apply -auto-approve", "tail -F progress.log"],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const directory = await configuration(shell, "watch", {
        "main.tf": header + kubeconfigProvider + cluster("prod"),
      });
      await shell.run("terraform init", { directory });
      const tail = shell.start([`cd ${JSON.stringify(directory)}`, "tail -F progress.log"]);
      await shell.run("HIKUBE_PROGRESS=progress.log terraform apply -auto-approve", { directory });
      const line = /^\S+Z tenant-acme\/prod ready; control plane ready; release v1$/m;
      await tail.until(line);
      await tail.interrupt();
      const { stdout } = await shell.run(["export PATH=$PWD/dist:$PATH", "hikube watch prod"]);
      expect(stdout).toMatch(line);
      await sandbox.stop();
    },
  );

  typing(
    "of the guide to existing clusters import a tenant without a change",
    [
      "hikube export --out infrastructure",
      "hikube export prod --out infrastructure",
      "cd infrastructure",
      "terraform fmt",
      "terraform apply",
      "hikube export prod tenant-acme/test",
      "hikube export --name-regex ^prod- --label team=web --ready true",
      "hikube export --modules --out modular",
      "kubectl get kubernetes,workloadmonitors -o yaml",
      "kubectl get kubernetes,workloadmonitors -o yaml > objects.yaml",
      "hikube export --file objects.yaml --out offline",
      "kubectl get kubernetes,kubernetesnodes,workloadmonitors -o yaml | hikube export --file - --out offline",
    ],
    async (shell) => {
      const sandbox = await tenantOf(shell, "tenant-acme", "1.6.2");
      const client = sandboxClient(sandbox);
      const size = { instanceType: "u1.large", diskSize: "20Gi", resources: {}, gpus: [] };
      const web = { ...size, minReplicas: 1, maxReplicas: 3, roles: ["ingress-nginx"] };
      for (const name of ["prod", "test", "prod-eu"]) {
        await client.create(name, { nodeGroups: { web } }, name === "prod-eu" ? { team: "web" } : {});
      }
      for (const name of ["prod", "test", "prod-eu"]) await client.until(name, "True");
      client.close();
      const path = `export PATH=${JSON.stringify(join(project.directory, "dist"))}:$PATH`;
      const directory = await configuration(shell, "existing", {});
      const run = (...lines: string[]) => shell.run([path, ...lines], { directory });
      const { writes } = sandbox;
      const planned = await run(
        "hikube export --out infrastructure",
        "cd infrastructure",
        "terraform init",
        "terraform plan",
      );
      expect(planned.stdout).toContain("6 to import, 0 to add, 0 to change, 0 to destroy");
      expect((await run("cd infrastructure", "terraform fmt")).stdout).toBe("");
      await shell.run(["cd infrastructure", "terraform apply"], { directory, input: "yes\n" });
      expect(sandbox.writes).toBe(writes);
      const two = await run("hikube export prod tenant-acme/test");
      expect(two.stdout.match(/^resource "hikube_cluster"/gm)).toHaveLength(2);
      const filtered = await run("hikube export --name-regex ^prod- --label team=web --ready true");
      expect(filtered.stdout).toContain('resource "hikube_cluster" "prod_eu" {');
      await run("hikube export --modules --out modular");
      await run(
        "kubectl get kubernetes,workloadmonitors -o yaml",
        "kubectl get kubernetes,workloadmonitors -o yaml > objects.yaml",
        "hikube export --file objects.yaml --out offline",
        "kubectl get kubernetes,kubernetesnodes,workloadmonitors -o yaml | hikube export --file - --out offline",
      );
      const unlike = await run("diff -r infrastructure offline | grep -v ^Only || true");
      expect(unlike.stdout).toBe("");
      await run("mkdir one", "cd one", "hikube export prod --out infrastructure");
      await sandbox.stop();
    },
  );

  typing(
    "of the doctor guide examine a tenant",
    ["hikube doctor", "hikube doctor --json", "hikube doctor --kubeconfig ~/.kube/hikube"],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const path = "export PATH=$PWD/dist:$PATH";
      for (const line of ["hikube doctor", "hikube doctor --kubeconfig ~/.kube/hikube"]) {
        expect((await shell.run([path, line])).stdout).toMatch(/there is none yet\n\nNo problems found\.\n$/);
      }
      expect(JSON.parse((await shell.run([path, "hikube doctor --json"])).stdout)).toMatchObject({ ok: true });
      await sandbox.stop();
    },
  );

  typing(
    "of the conformance guide try a tenant, and the sandbox to the end",
    [
      `${program} conformance --kubeconfig ~/.kube/hikube`,
      `${program} sandbox --kubeconfig-out sandbox.kubeconfig`,
      `${program} conformance --kubeconfig sandbox.kubeconfig --yes --dangerous`,
    ],
    async (shell) => {
      const tenant = await tenantOf(shell);
      const asked = await shell.run(`${program} conformance --kubeconfig ~/.kube/hikube`, { exits: [2] });
      expect(asked.stdout).toContain("namespace tenant-acme: closest to platform 1.1.2");
      expect(asked.stderr).toContain("No terminal to ask on");
      await tenant.stop();

      const sandbox = shell.start(`${program} sandbox --kubeconfig-out sandbox.kubeconfig`);
      await sandbox.until(/Ctrl-C ends it/);
      // Another test checks its findings: the clock is real here, and two requests meet by chance.
      const check = `${program} conformance --kubeconfig sandbox.kubeconfig --yes --dangerous`;
      const { stdout } = await shell.run(check, { exits: [0, 1] });
      expect(stdout).toMatch(/statements about platform 1\.1\.2: [1-9]\d* hold/);
      expect(stdout).toContain("Everything that was created is deleted.");
      await sandbox.interrupt();
    },
  );

  typing(
    "of a conformance check that could not clean up delete the objects it left",
    ["kubectl <…> delete kubernetes <…>"],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      await writeFile(join(shell.home, ".kube", "config"), "");
      const directory = await configuration(shell, "left", {
        "main.tf": header + kubeconfigProvider + cluster("tfc-left"),
      });
      await shell.run(["terraform init", "terraform apply -auto-approve"], { directory });
      const said = summary({
        profile: "1.1.2",
        versions: [],
        outcomes: [],
        untried: 0,
        left: { clusters: ["tfc-left"], monitors: [], lastError: undefined },
        kubectlOptions: ["--kubeconfig", join(shell.home, ".kube", "hikube"), "--namespace", sandbox.namespace],
      });
      await shell.run(commandsInOutput(said));
      await expect.poll(() => sandbox.stored("Kubernetes", "tfc-left"), { timeout: 60_000 }).toBeUndefined();
      await sandbox.stop();
    },
  );

  typing(
    "of the library's example work on a tenant",
    ["KUBECONFIG=~/.kube/hikube npm run example -- --real"],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const { stdout } = await shell.run("KUBECONFIG=~/.kube/hikube npm run example -- --real");
      expect(stdout).toContain("is gone.");
      expect(sandbox.writes).toBeGreaterThan(0);
      await sandbox.stop();
    },
  );

  typing(
    "of the README's installation log in before its example is applied",
    ["kubectl get kubernetes"],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      expect((await shell.run("kubectl get kubernetes")).stdout).toBe("");
      const readme = await readFile(join(root, "README.md"), "utf8");
      const [installation = "", example = ""] = [...readme.matchAll(/```hcl\n(.*?)```/gs)].map(
        ([, block = ""]) => block,
      );
      const main = installation.replace('  config_context = "tenant-acme"\n', "") + example;
      const directory = await configuration(shell, "readme", { "main.tf": main });
      await shell.run(["terraform init", "terraform apply -auto-approve"], { directory });
      expect((await shell.run("kubectl get kubernetes")).stdout).toMatch(/^prod +True/m);
      await sandbox.stop();
    },
  );

  const types = readdirSync(join(root, "examples/resources"));
  const importOf = (type: string) => readFileSync(join(root, "examples/resources", type, "import.sh"), "utf8").trim();
  typing("of the examples import their resources", types.map(importOf), async (shell) => {
    for (const type of types) {
      const sandbox = await tenantOf(shell);
      const resource = await readFile(join(root, "examples/resources", type, "resource.tf"), "utf8");
      const directory = await configuration(shell, type, { "main.tf": header + kubeconfigProvider + resource });
      await shell.run(["terraform init", "terraform apply -auto-approve"], { directory });
      const address = importOf(type).split(" ")[2] ?? "";
      await shell.run([`terraform state rm ${address}`, importOf(type), `terraform state show ${address}`], {
        directory,
      });
      await sandbox.stop();
    }
  });

  typing(
    "of the examples' tests run them",
    [
      "cd examples/testing",
      "terraform init",
      "terraform test -filter=tests/mock.tftest.hcl",
      `../../${program} sandbox --kubeconfig-out sandbox.kubeconfig`,
      "export KUBECONFIG=$PWD/sandbox.kubeconfig",
      "terraform test -filter=tests/sandbox.tftest.hcl",
    ],
    async (shell) => {
      const commands = commandsInMarkdown(await readFile(join(root, "examples/testing/README.md"), "utf8"));
      const starts = commands.flatMap((line, index) => (line.startsWith("cd ") ? [index] : []));
      const [mocks = [], serving = [], tests = []] = starts.map((from, index) =>
        commands.slice(from, starts[index + 1]),
      );
      expect((await shell.run(mocks)).stdout).toContain("4 passed, 0 failed");
      const sandbox = shell.start(serving);
      await sandbox.until(/Ctrl-C ends it/);
      expect((await shell.run(tests)).stdout).toContain("2 passed, 0 failed");
      await sandbox.interrupt();
    },
  );

  typing(
    "of the CI guide log in with the tenant's token and plan",
    [
      "kubectl get tenantsecrets tenant-acme -o go-template='{{ .data.token | base64decode }}'",
      "terraform init",
      "terraform validate",
      "terraform plan",
    ],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const encoded = (text: string) => Buffer.from(text).toString("base64");
      sandbox.put("secrets", {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "tenant-acme", labels: { "internal.cozystack.io/tenantresource": "true" } },
        data: { token: encoded(sandbox.issueToken()), "ca.crt": encoded(sandbox.caCertificate) },
      });
      const token = "kubectl get tenantsecrets tenant-acme -o go-template='{{ .data.token | base64decode }}'";
      const { stdout } = await shell.run(token);
      const directory = await configuration(shell, "ci", {
        "main.tf": `${header}provider "hikube" {}\n${cluster("prod")}`,
        "ca.pem": sandbox.caCertificate,
      });
      const variables = `export HIKUBE_HOST=${sandbox.url} HIKUBE_NAMESPACE=tenant-acme HIKUBE_TOKEN=${stdout}`;
      const planned = await shell.run(
        [
          variables,
          'export HIKUBE_CLUSTER_CA_CERT_DATA="$(cat ca.pem)"',
          "terraform init",
          "terraform validate",
          "terraform plan",
        ],
        { directory },
      );
      expect(planned.stdout).toContain("1 to add");
      await sandbox.stop();
    },
  );

  typing(
    "of the air-gapped guide check a download and install it from a folder",
    [
      "gpg --import hikube.asc",
      `gpg --verify ${checksumsName}.sig ${checksumsName}`,
      `sha256sum --check --ignore-missing ${checksumsName}`,
      "mkdir -p ~/.terraform.d/plugins/registry.terraform.io/hikube/hikube",
      `cp ${archiveName("<platform>")} ~/.terraform.d/plugins/registry.terraform.io/hikube/hikube/`,
      "terraform init",
      "mkdir -p <folder>",
      `tar --extract --file=${mirrorName} --directory=<folder>`,
      "terraform providers lock -fs-mirror=<folder> -platform=linux_amd64 -platform=darwin_arm64",
      "terraform init -upgrade",
    ],
    async (shell) => {
      const platforms = [...new Set([goPlatform, "linux_amd64", "darwin_arm64"])];
      await configuration(shell, "release", { "cli.tfrc": "" });
      const directory = join(shell.home, "release");
      await writeReleaseFiles(directory, platforms);
      // The key of the releases, in a keyring of its own; the user's home has another one.
      const signing = "gpg --homedir signer --batch --passphrase ''";
      await shell.run(
        [
          "mkdir -m 700 signer",
          `${signing} --quick-generate-key releases@example.org ed25519 sign 2>/dev/null`,
          "gpg --homedir signer --armor --export > hikube.asc",
          `${signing} --detach-sign ${checksumsName}`,
          "gpgconf --homedir signer --kill gpg-agent",
        ],
        { directory },
      );
      const page = await readFile(join(root, "docs/guides/air-gapped.md"), "utf8");
      const [install = "", ...others] = commandsInMarkdown(page).filter((line) => line.startsWith("cp "));
      expect(others).toEqual([]);
      const opentofu = ["cd ~/.terraform.d/plugins", "cp -r registry.terraform.io registry.opentofu.org", "cd -"];
      const typed = commandsInMarkdown(page)
        .filter((line) => notRun[line] === undefined)
        .map((line) => line.replace("<folder>", join(shell.home, "mirror")))
        .flatMap((line) =>
          line === install
            ? [...platforms.map((platform) => line.replace("<platform>", platform)), ...opentofu]
            : [line],
        );
      await writeFile(join(directory, "main.tf"), header);
      const { stdout, stderr } = await shell.run(["export TF_CLI_CONFIG_FILE=cli.tfrc", ...typed], { directory });
      expect(stderr).toContain("Good signature");
      expect(stdout).toContain(`${archiveName("darwin_arm64")}: OK`);
      const lock = await readFile(join(directory, ".terraform.lock.hcl"), "utf8");
      expect(lock.match(/"h1:/g)).toHaveLength(2);
    },
  );

  typing(
    "of the migration guide take over a cluster made with YAML",
    ["terraform init", "terraform plan", "terraform apply"],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const objects = await readFile(join(root, "test/acceptance/fixtures/moves/1.1.2/objects.json"), "utf8");
      const [object] = JSON.parse(objects) as readonly object[];
      const manifest = { apiVersion: "apps.cozystack.io/v1alpha1", ...object };
      const [, taken = ""] = guideBlock("removed {").split(/^(?=import)/m);
      const directory = await configuration(shell, "migrate", {
        "main.tf": header + kubeconfigProvider + guideBlock('resource "hikube_cluster"') + taken,
        "prod.json": JSON.stringify(manifest),
      });
      await shell.run("kubectl create -f prod.json", { directory });
      const { stdout } = await shell.run(["terraform init", "terraform plan"], { directory });
      expect(stdout).toContain("3 to import, 0 to add, 0 to change, 0 to destroy");
      await shell.run("terraform apply", { directory, input: "yes\n" });
      expect((await shell.run("terraform plan", { directory })).stdout).toContain("No changes.");
      await sandbox.stop();
    },
  );

  typing(
    "of an error about an existing cluster each resolve it",
    [
      "terraform plan",
      "terraform untaint hikube_cluster.c",
      "terraform state rm <address>",
      "terraform import hikube_cluster.c tenant-acme/c",
      "terraform destroy -refresh=false",
    ],
    async (shell) => {
      const sandbox = await tenantOf(shell);
      const directory = await configuration(shell, "exists", { "main.tf": header + kubeconfigProvider + cluster("c") });
      const type = (lines: string | readonly string[], input?: string) =>
        shell.run(lines, { directory, ...(input !== undefined && { input }) });
      /** The commands of the error that refuses the plan. */
      const waysOut = async (): Promise<string[]> => {
        const { stdout } = await shell.run("terraform plan -json", { directory, exits: [1] });
        const errors = stdout
          .split("\n")
          .flatMap((line) => (line.includes('"@level":"error"') ? [JSON.parse(line) as CliError] : []));
        return errors
          .flatMap(({ diagnostic }) => commandsInOutput(diagnostic.detail))
          .map((line) => line.replace("<address>", "hikube_cluster.c"));
      };
      const way = (commands: readonly string[], word: string): string => {
        const found = commands.filter((line) => line.split(" ")[1] === word);
        expect(new Set(found).size, `ways out: ${commands.join(", ")}`).toBe(1);
        return found[0] ?? "";
      };
      await type(["terraform init", "terraform apply -auto-approve", "terraform taint hikube_cluster.c"]);
      expect((await type([way(await waysOut(), "untaint"), "terraform plan"])).stdout).toContain("No changes.");

      await type("terraform state rm hikube_cluster.c");
      await writeFile(join(directory, "main.tf"), (header + kubeconfigProvider + cluster("c")).replace("1.33", "1.34"));
      await type(way(await waysOut(), "import"));
      expect((await type("terraform plan")).stdout).toContain("1 to change");

      await type("terraform taint hikube_cluster.c");
      await type(way(await waysOut(), "destroy"), "yes\n");
      expect(sandbox.stored("Kubernetes", "c")).toBeUndefined();
      await sandbox.stop();
    },
  );

  /** Whether the command of a page or a text is typed by a test or by CI. */
  function isRun(printed: string): boolean {
    if (typedByTests.some((line) => isPrintedAs(printed, line))) return true;
    if (runByCi.includes(printed)) return commandsOfCi().some((line) => isPrintedAs(printed, line));
    // A part of the tests, chosen by a word.
    const word = /^npm test -- (\S+)$/.exec(printed)?.[1];
    if (word === undefined) return false;
    return readdirSync(join(root, "test"), { recursive: true }).some((file) => `test/${String(file)}`.includes(word));
  }

  test("are all typed by a test or by CI, or excepted with a reason", () => {
    const forgotten = printedCommands().filter(
      ({ text }) => notRun[text] === undefined && !text.split(" && ").every((part) => isRun(part)),
    );
    expect(forgotten).toEqual([]);
  });

  test("are really printed where a test, CI or an exception names them", () => {
    const printed = printedCommands().flatMap(({ text }) => [text, ...text.split(" && ")]);
    // The words of the help begin with the program as it was called.
    const help = helpWords.map((words) => `${program} ${words}`);
    const named = [...typedByTests, ...runByCi, ...Object.keys(notRun)].filter((line) => !help.includes(line));
    expect(named.filter((line) => !printed.some((text) => isPrintedAs(text, line)))).toEqual([]);
  });

  test.each<readonly [string, (text: string) => string[], string, readonly string[]]>([
    [
      "an indented block",
      commandsInMarkdown,
      "Then:\n\n    make all   # in a while\n\n    terraform plan\n",
      ["make all", "terraform plan"],
    ],
    ["a shell block", commandsInMarkdown, "```sh\nmake all\n```\n", ["make all"]],
    [
      "a job in YAML",
      commandsInMarkdown,
      "```yaml\njob:\n  script: make all\n  steps:\n    - uses: x@v1\n    - run: |\n        terraform init # first\n        tofu plan\n```\n",
      ["make all", "terraform init", "tofu plan"],
    ],
    ["another block", commandsInMarkdown, "```\nholds  yes\n  kubectl get nodes\n```\n", ["kubectl get nodes"]],
    [
      "a sentence",
      commandsInMarkdown,
      "Run `terraform\nplan` with `kubectl` and `A_B=1 npm test`.",
      ["terraform plan", "A_B=1 npm test"],
    ],
    [
      "a comment",
      commandsInComments,
      " *   npm run x     does x\n# as (`tofu init`) does\nplain tofu init\n",
      ["npm run x", "tofu init"],
    ],
    [
      "code",
      commandsInCode,
      'f("Run `terraform state rm <address>`."); // `tofu init`\n',
      ["terraform state rm <address>", "tofu init"],
    ],
    [
      "a template",
      commandsInCode,
      `f(\`Run \\\`terraform import \${id(a)}\\\` or \\\`tofu init\\\`.\`)`,
      ["terraform import <…>", "tofu init"],
    ],
    [
      "a long text",
      commandsInCode,
      "const help = `\n  kubectl get nodes     the nodes\n  node groups\n`;",
      ["kubectl get nodes"],
    ],
    ["output", commandsInOutput, "Run `tofu plan`, or:\n\n  cd /a\n  sandbox --help\n", ["cd /a", "tofu plan"]],
  ])("are found in %s", (_where, read, text, commands) => {
    expect(new Set(read(text))).toEqual(new Set(commands));
  });

  test("never give TypeScript to the system's Node, which may be too old for it", () => {
    expect(printedCommands().filter(({ text }) => /^(?:\w+=\S+ )*node\b.*\.ts\b/.test(text))).toEqual([]);
  });
});

interface CliError {
  readonly diagnostic: { readonly detail: string };
}
