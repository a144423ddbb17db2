import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { goPlatform, goPlatforms } from "../../scripts/go-platform.ts";
import { findProgram } from "../../scripts/go-tool.ts";
import { releaseFolder } from "../../scripts/release/files.ts";
import { version } from "../../src/base/version.ts";
import { type OciRegistry, startOciRegistry } from "../support/release/oci-registry.ts";
import { createWorkspace, type Workspace } from "../support/terraform/cli.ts";
import { expectSuccess } from "../support/terraform/expectations.ts";
import { header } from "../support/terraform/test-bed.ts";

const mirror = join(releaseFolder, "mirror");
const workspaces: Workspace[] = [];
let registry: OciRegistry;

beforeAll(async () => {
  registry = await startOciRegistry(join(releaseFolder, "oci"), "providers/hikube/hikube");
});

afterAll(async () => {
  await registry?.stop();
  await Promise.all(workspaces.map((workspace) => workspace.remove()));
});

/** A workspace of a CLI that installs providers by a method of its configuration alone. */
async function workspaceOf(
  name: "terraform" | "tofu",
  method: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Workspace> {
  const cli = findProgram(name);
  if (cli === undefined) throw new Error(`${name} is not on the PATH`);
  const workspace = await createWorkspace(cli, env, {
    "versions.tf": header,
    "main.tf": 'output "id" {\n  value = provider::hikube::cluster_id("tenant-a", "prod")\n}\n',
    "cli.tfrc": `provider_installation {\n  ${method}\n}\n`,
  });
  workspaces.push(workspace);
  return workspace;
}

const fromMirror = `filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }`;

/** Installs the provider and calls it. */
async function expectInstalled(workspace: Workspace): Promise<void> {
  expectSuccess(await workspace.run("init", "-no-color"));
  const { stdout } = expectSuccess(await workspace.apply());
  expect(stdout).toContain('"tenant-a/prod"');
  const providers = join(workspace.directory, ".terraform", "providers");
  expect(readdirSync(providers, { recursive: true })).toContain(
    join(readdirSync(providers)[0] ?? "", "hikube", "hikube", version, goPlatform),
  );
}

test.for(["terraform", "tofu"] as const)("%s installs from the filesystem mirror", async (name) => {
  await expectInstalled(await workspaceOf(name, fromMirror));
});

test("tofu installs from the OCI image layout in a registry", async () => {
  const template = `${registry.address}/providers/\${namespace}/\${type}`;
  const workspace = await workspaceOf(
    "tofu",
    `oci_mirror {\n    repository_template = "${template}"\n    include = ["registry.opentofu.org/hikube/*"]\n  }`,
    { SSL_CERT_FILE: "authority.pem" },
  );
  await workspace.write({ "authority.pem": registry.authority });
  await expectInstalled(workspace);
});

test.for(["terraform", "tofu"] as const)("%s locks the provider for all platforms", async (name) => {
  const workspace = await workspaceOf(name, fromMirror);
  const platforms = goPlatforms.map((platform) => `-platform=${platform}`);
  expectSuccess(await workspace.run("providers", "lock", `-fs-mirror=${mirror}`, ...platforms));
  const lock = readFileSync(join(workspace.directory, ".terraform.lock.hcl"), "utf8");
  expect(new Set(lock.match(/"h1:[^"]+"/g))).toHaveLength(goPlatforms.length);
  expect(lock).toContain(`version = "${version}"`);
});
