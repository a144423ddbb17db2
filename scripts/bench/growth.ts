import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createWorkspace } from "../../test/support/terraform/cli.ts";
import { startSandboxProcess } from "./sandbox-process.ts";
import { median } from "./table.ts";

/** What one provider process held after each round of its life, bytes. */
export interface Growth {
  readonly rounds: number;
  readonly residentBytes: readonly number[];
  /** Medians of the third that follows the warm-up and of the last third. */
  readonly early: number | undefined;
  readonly late: number | undefined;
}

const configuration = {
  "main.tf": `
terraform {
  required_providers {
    hikube = { source = "hikube/hikube" }
  }
}
variable "turn" {}
provider "hikube" {
  config_path = abspath("kubeconfig")
}
resource "hikube_cluster" "c" {
  count   = 3
  name    = "c\${count.index}"
  version = "v1.34"
}
resource "hikube_nodegroup" "g" {
  count        = 3
  cluster_id   = hikube_cluster.c[count.index].id
  name         = "web"
  min_replicas = 1
  max_replicas = 2 + var.turn % 3
}
resource "hikube_addon" "a" {
  count      = 3
  cluster_id = hikube_cluster.c[count.index].id
  name       = "velero"
  values     = { velero = { turn = var.turn } }
}
`,
};

/** Every so many rounds everything is destroyed and made again. */
const generation = 8;

/**
 * Changes, plans and now and then destroys the same things over and over for some minutes, all through one provider process that
 * every command reattaches to: what it forgets to let go of adds up.
 */
export async function measureGrowth(cli: string, executable: string, minutes: number): Promise<Growth> {
  const sandbox = await startSandboxProcess();
  const provider = spawn(executable, ["debug"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => provider.once("close", resolve));
  try {
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: provider.stdout }).once("line", resolve);
      provider.once("close", (code) => reject(new Error(`the provider ended with ${code}`)));
    });
    const reattach = /^export TF_REATTACH_PROVIDERS='(.*)'$/.exec(line)?.[1] ?? "";
    const files = { kubeconfig: sandbox.kubeconfig, ...configuration };
    const workspace = await createWorkspace(cli, { TF_REATTACH_PROVIDERS: reattach }, files);
    try {
      const residentBytes: number[] = [];
      const until = performance.now() + minutes * 60_000;
      for (let round = 1; performance.now() < until; round++) {
        const turn = `-var=turn=${round}`;
        const commands = [
          ["apply", "-auto-approve"],
          ["plan"],
          ...(round % generation === 0 ? [["destroy", "-auto-approve"]] : []),
        ];
        for (const command of commands) {
          const { exitCode, stderr } = await workspace.run(...command, "-no-color", turn);
          if (exitCode !== 0) throw new Error(`${command[0]} ended with ${exitCode}: ${stderr}`);
        }
        residentBytes.push(residentOf(provider.pid ?? 0));
      }
      const third = Math.floor(residentBytes.length / 3);
      return {
        rounds: residentBytes.length,
        residentBytes,
        early: median(residentBytes.slice(third, 2 * third)),
        late: median(residentBytes.slice(2 * third)),
      };
    } finally {
      await workspace.remove();
    }
  } finally {
    provider.kill("SIGINT");
    await ended;
    await sandbox.stop();
  }
}

const residentOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1_024;
