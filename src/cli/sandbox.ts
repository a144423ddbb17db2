import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Log } from "../base/log.ts";
import { shellWord } from "../base/shell-word.ts";
import { parseQuota, type QuotaOptions } from "../sandbox/machines/quota.ts";
import { isPlatformVersion, platformVersions } from "../sandbox/platform/profile.ts";
import { type SandboxOptions, startSandbox } from "../sandbox/sandbox.ts";

/** The output of the command and its end signal; default: those of the process. */
export interface CommandIo {
  out(text: string): void;
  error(text: string): void;
  /** Ends the sandbox. Default: SIGINT and SIGTERM of this process. */
  readonly signal?: AbortSignal;
}

const processIo: CommandIo = {
  out: (text) => process.stdout.write(text),
  error: (text) => process.stderr.write(text),
};

const help = `Serves an embedded Hikube on this machine: the platform's API for one tenant, and the clusters of that tenant.

  sandbox [options]

  --profile VERSION       platform version to simulate: 1.1.2 (the version of Hikube; default), 1.6.2 or next (the announced
                          one after 1.6, in which node groups are objects of their own)
  --port PORT             port of the API; default: any free port
  --namespace NAME        namespace of the tenant; default tenant-demo
  --state-dir DIRECTORY   directory of the state that survives a restart; default: in memory. With a newer --profile
                          than before, the platform is upgraded: its migrations change the clusters as on Hikube
  --speed FACTOR          speed of installs and upgrades; default 1: seconds in place of minutes
  --quota QUOTA           limits for all machines together, e.g. cpu=64,memory=256Gi; default cpu=1k,memory=4Ti
  --kubeconfig-out FILE   file to write the kubeconfig to (readable by you only)
  --help                  show this help
`;

/** Runs `sandbox …` until the signal. Returns the exit code. */
export async function runSandbox(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  const parsed = parseOptions(argv);
  if ("help" in parsed) {
    io.out(help);
    return 0;
  }
  if ("fault" in parsed) {
    io.error(`${parsed.fault}\n\n${help}`);
    return 1;
  }
  const log: Log = (level, message, fields) => {
    if (level === "warn" || level === "error") io.error(`${level}: ${message} ${JSON.stringify(fields ?? {})}\n`);
  };
  const temporary =
    parsed.kubeconfigOut === undefined && parsed.options.stateDir === undefined
      ? await mkdtemp(join(tmpdir(), "hikube-sandbox-"))
      : undefined;
  const ended = endOf(io);
  try {
    const sandbox = await startSandbox({ ...parsed.options, log });
    try {
      const path = resolve(parsed.kubeconfigOut ?? join(parsed.options.stateDir ?? temporary ?? ".", "kubeconfig"));
      await rm(path, { force: true });
      await writeFile(path, sandbox.kubeconfig, { mode: 0o600 });
      io.out(greeting(sandbox.url, sandbox.namespace, parsed.options.profile, path));
      await ended;
    } finally {
      await sandbox.stop();
    }
    io.out("The sandbox has ended.\n");
    return 0;
  } catch (error) {
    io.error(`The sandbox could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
}

type Parsed =
  | { readonly options: SandboxOptions; readonly kubeconfigOut: string | undefined }
  | { readonly help: true }
  | { readonly fault: string };

function parseOptions(argv: readonly string[]): Parsed {
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        profile: { type: "string", default: "1.1.2" },
        port: { type: "string" },
        namespace: { type: "string" },
        "state-dir": { type: "string" },
        speed: { type: "string" },
        quota: { type: "string" },
        "kubeconfig-out": { type: "string" },
        help: { type: "boolean" },
      },
    }));
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  if (values["help"]) return { help: true };
  const { profile, namespace } = values;
  if (!isPlatformVersion(profile)) {
    return { fault: `Invalid profile ${String(profile)}: must be ${platformVersions.join(" or ")}.` };
  }
  const port = values["port"] === undefined ? undefined : Number(values["port"]);
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    return { fault: `Invalid port ${String(values["port"])}: must be a number from 0 to 65535.` };
  }
  const speed = values["speed"] === undefined ? undefined : Number(values["speed"]);
  if (speed !== undefined && !(speed > 0)) {
    return { fault: `Invalid speed ${String(values["speed"])}: must be a number above 0.` };
  }
  let quota: QuotaOptions | undefined;
  try {
    if (typeof values["quota"] === "string") quota = parseQuota(values["quota"]);
  } catch (error) {
    return { fault: `Invalid quota: ${error instanceof Error ? error.message : String(error)}.` };
  }
  const stateDir = values["state-dir"];
  const kubeconfigOut = values["kubeconfig-out"];
  return {
    options: {
      profile,
      ...(port === undefined ? {} : { port }),
      ...(speed === undefined ? {} : { speed }),
      ...(quota === undefined ? {} : { quota }),
      ...(typeof namespace === "string" ? { namespace } : {}),
      ...(typeof stateDir === "string" ? { stateDir } : {}),
    },
    kubeconfigOut: typeof kubeconfigOut === "string" ? kubeconfigOut : undefined,
  };
}

function endOf(io: CommandIo): Promise<void> {
  return new Promise((done) => {
    if (io.signal) {
      if (io.signal.aborted) done();
      io.signal.addEventListener("abort", () => done(), { once: true });
      return;
    }
    process.once("SIGINT", () => done());
    process.once("SIGTERM", () => done());
  });
}

function greeting(url: string, namespace: string, profile: string, path: string): string {
  return `An embedded Hikube (platform ${profile}) is serving on ${url}, tenant namespace ${namespace}.

Kubeconfig:

  ${path}

With Terraform or OpenTofu:

  provider "hikube" {
    config_path = ${JSON.stringify(path)}
  }

With kubectl: the clusters of the tenant, then the nodes of one of them:

  export KUBECONFIG=${shellWord(path)}
  kubectl get kubernetes
  kubectl get secret kubernetes-<name>-admin-kubeconfig -o go-template='{{ index .data "admin.conf" | base64decode }}' > <name>.kubeconfig
  kubectl --kubeconfig <name>.kubeconfig get nodes -o wide

Ctrl-C ends it.
`;
}
