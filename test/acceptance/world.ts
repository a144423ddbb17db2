import { type Log, noLog } from "../../src/base/log.ts";
import { serveReattach } from "../../src/plugin/serve-reattach.ts";
import { services } from "../../src/protocol/generated/tfplugin6.js";
import { providerService } from "../../src/protocol/service/index.ts";
import { hikubeProvider } from "../../src/provider.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/sandbox.ts";
import { type JumpClock, jumpClock } from "../jump-clock.ts";
import { turnClock } from "../turn-clock.ts";
import { createWorkspace, findCli, isOpenTofu, type Workspace } from "./cli.ts";

/** A sandbox, the provider served from this process, and workspaces that use both. */
export interface World {
  readonly cli: string;
  readonly opentofu: boolean;
  readonly sandbox: Sandbox;
  /** The provider's. */
  readonly clock: JumpClock;
  readonly namespace: string;
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

/** @param log where the provider in this process logs to. The provider and the sandbox live by one clock. */
export async function startWorld(options: SandboxOptions, log: Log = noLog): Promise<World> {
  const cli = findCli();
  const { clock: time = turnClock() } = options;
  const sandbox = await startSandbox({ ...options, clock: time });
  const clock = jumpClock(time);
  const service = providerService(hikubeProvider({}, { ...timing, clock }), log);
  const reattach = await serveReattach({
    protocolVersion: 6,
    network: "tcp",
    services: [{ definition: services["tfplugin6.Provider"], implementation: service.implementation }],
    providerAddresses: ["hikube/hikube"],
    onHostGone: (peer) => void service.forget(peer),
  });
  const workspaces: Workspace[] = [];
  return {
    cli,
    opentofu: isOpenTofu(cli),
    sandbox,
    clock,
    namespace: sandbox.namespace,
    workspace: async (main, files = {}, env = {}) => {
      const workspace = await createWorkspace(
        cli,
        { TF_REATTACH_PROVIDERS: reattach.environment, ...env },
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
      service.stop();
      await reattach.stop();
      await service.close();
      await sandbox.stop();
      await Promise.all(workspaces.map((workspace) => workspace.remove()));
    },
  };
}
