import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { goMirror } from "../../../scripts/go-provider.ts";
import { kubectlProvider } from "../../../scripts/kubectl-provider.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { createWorkspace, findCli, type Workspace } from "../../support/terraform/cli.ts";
import { expectEmptyPlan, expectSuccess } from "../../support/terraform/expectations.ts";

// A provider that knows nothing of Hikube, as its users drive it today: what serves it well is a Kubernetes API, not a mock of one.

let sandbox: Sandbox;
let workspace: Workspace;

beforeAll(() => kubectlProvider.ensure(), 1_200_000);

afterEach(async () => {
  await sandbox.stop();
  await workspace.remove();
});

const disks = { "1.1.2": "ephemeralStorage", "1.6.2": "diskSize" } as const;

const configuration = (profile: keyof typeof disks, version: string, most: number) => `
terraform {
  required_providers {
    kubectl = { source = "gavinbunney/kubectl" }
  }
}

provider "kubectl" {
  config_path      = abspath("kubeconfig")
  load_config_file = true
}

resource "kubectl_manifest" "cluster" {
  yaml_body = <<-YAML
    apiVersion: apps.cozystack.io/v1alpha1
    kind: Kubernetes
    metadata:
      name: prod
      namespace: ${sandbox.namespace}
      labels: { team: platform }
    spec:
      version: ${version}
      nodeGroups:
        web:
          minReplicas: 1
          maxReplicas: ${most}
          instanceType: s1.large
          ${disks[profile]}: 20Gi
          resources: {}
          roles: [ingress-nginx]
      addons:
        certManager: { enabled: true, valuesOverride: {} }
  YAML
}
`;

async function begin(profile: keyof typeof disks): Promise<void> {
  sandbox = await startSandbox({ profile, speed: 50 });
  workspace = await createWorkspace(findCli(), {}, { kubeconfig: sandbox.kubeconfig });
  const mirror = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(goMirror)}\n  }\n}\n`;
  await writeFile(join(workspace.directory, "cli.tfrc"), mirror);
}

const stored = () => sandbox.stored("Kubernetes", "prod")?.values as StoredSpec | undefined;

interface StoredSpec {
  readonly version: string;
  readonly nodeGroups: Readonly<Record<string, { readonly maxReplicas: number }>>;
}

describe.each(["1.1.2", "1.6.2"] as const)("gavinbunney/kubectl on platform %s", (profile) => {
  test("creates a cluster from YAML, plans empty, changes it and destroys it", async () => {
    await begin(profile);
    await workspace.write({ "main.tf": configuration(profile, "v1.33", 3) });
    expectSuccess(await workspace.run("init", "-no-color"));

    expectSuccess(await workspace.apply());
    expect(stored()).toMatchObject({ version: "v1.33", nodeGroups: { web: { maxReplicas: 3 } } });
    await expectEmptyPlan(workspace);

    await workspace.write({ "main.tf": configuration(profile, "v1.34", 5) });
    expectSuccess(await workspace.apply());
    expect(stored()).toMatchObject({ version: "v1.34", nodeGroups: { web: { maxReplicas: 5 } } });
    await expectEmptyPlan(workspace);

    expectSuccess(await workspace.destroy());
    // That provider does not wait for the platform's finalizer.
    await expect.poll(stored).toBeUndefined();
  });
});
