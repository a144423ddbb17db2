import { type Log, noLog } from "../../../src/base/log.ts";
import type { Timings } from "../../../src/core/timings.ts";
import type { Sandbox, SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import type { JumpClock } from "../clock/jump-clock.ts";
import { startProviderOnSandbox } from "../provider/provider-on-sandbox.ts";
import { createWorkspace, findCli, isOpenTofu, type Workspace } from "./cli.ts";

/** A sandbox, the provider, and workspaces that use both. */
export interface TestBed {
  readonly cli: string;
  readonly opentofu: boolean;
  readonly sandbox: Sandbox;
  /** The provider's. */
  readonly clock: JumpClock;
  readonly namespace: string;
  /** The value of `TF_REATTACH_PROVIDERS` of its workspaces. */
  readonly reattach: string;
  /** A workspace whose provider block connects to the sandbox; `main` is the configuration beside it. */
  workspace(
    main: string,
    files?: Readonly<Record<string, string>>,
    env?: Readonly<Record<string, string>>,
  ): Promise<Workspace>;
  close(): Promise<void>;
}

export const header = `
terraform {
  required_providers {
    hikube = { source = "hikube/hikube" }
  }
}
`;

/** The platform's life runs many times faster here, and so does the provider's patience with it. */
const timing = {
  pollIntervalMs: { first: 50, most: 250 },
  timings: { forceReconcileAfterMs: 1_500, quietMs: 1_500, yieldMs: 3_000, readBackMs: 200 },
};

/**
 * The provider and the sandbox live by one clock.
 *
 * @param log where the provider in this process logs to.
 * @param timings changes to the provider's timings.
 */
export async function startTestBed(
  options: SandboxOptions,
  log: Log = noLog,
  timings: Partial<Timings> = {},
): Promise<TestBed> {
  const cli = findCli();
  const changed = { ...timing, timings: { ...timing.timings, ...timings } };
  const { sandbox, clock, reattach, stop } = await startProviderOnSandbox(options, changed, log);
  const workspaces: Workspace[] = [];
  return {
    cli,
    opentofu: isOpenTofu(cli),
    sandbox,
    clock,
    namespace: sandbox.namespace,
    reattach,
    workspace: async (main, files = {}, env = {}) => {
      const workspace = await createWorkspace(
        cli,
        { TF_REATTACH_PROVIDERS: reattach, ...env },
        {
          "versions.tf": header,
          "provider.tf": 'provider "hikube" {\n  config_path = abspath("kubeconfig")\n}\n',
          kubeconfig: sandbox.kubeconfig,
          "main.tf": main,
          ...files,
        },
      );
      workspaces.push(workspace);
      return workspace;
    },
    close: async () => {
      await stop();
      await Promise.all(workspaces.map((workspace) => workspace.remove()));
    },
  };
}
