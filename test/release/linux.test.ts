import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { findProgram } from "../../scripts/go-tool.ts";
import { cLibraryPackages } from "../../scripts/release/c-library.ts";
import { debianPackage } from "../../scripts/release/debian-package.ts";
import { fileNames, releaseFolder } from "../../scripts/release/files.ts";
import { version } from "../../src/base/version.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import { startNameServer } from "../support/release/name-server.ts";
import { type Mounts, type RootFolder, type RootFolderOptions, rootFolder } from "../support/release/root-folder.ts";

// What a machine must have so that the provider starts: the archive, a shell, and a Terraform that needs no library.

const folder = "/provider";
const program = `${folder}/terraform-provider-hikube_v${version}`;
const env = { PATH: "/bin", HOME: "/nonexistent", CHECKPOINT_DISABLE: "1" };
const roots: RootFolder[] = [];
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ profile: "1.1.2", speed: 20 });
});

afterAll(async () => {
  await sandbox?.stop();
  for (const root of roots) root.remove();
});

const makeRoot = (options: Partial<RootFolderOptions> = {}): RootFolder => {
  const root = rootFolder({ mounts: "writable", files: {}, copies: {}, ...options });
  roots.push(root);
  return root;
};

/** A root folder in which the archive is unpacked. */
async function unpacked(options: Partial<RootFolderOptions> = {}): Promise<RootFolder> {
  const archive = fileNames.archive("linux_amd64");
  const root = makeRoot({ ...options, copies: { [archive]: join(releaseFolder, archive), ...options.copies } });
  const unzipped = await root.run(["/bin/unzip", "-q", `/${archive}`, "-d", folder], env);
  expect(unzipped.exitCode, unzipped.output).toBe(0);
  return root;
}

interface Running {
  /** The file that the kernel has loaded, as seen from outside. */
  readonly executable: string;
  readonly libraries: readonly string[];
  readonly variables: readonly string[];
}

/** What is seen of a provider that serves. */
async function observe(root: RootFolder): Promise<Running> {
  const child = root.start([program, "debug"], env);
  try {
    await once(child.stdout ?? child, "data");
    const of = (file: string) => join("/proc", String(child.pid), file);
    const mapped = readFileSync(of("maps"), "utf8").match(/\/\S+\.so\S*/g) ?? [];
    return {
      executable: readlinkSync(of("exe")).replace(root.directory, ""),
      libraries: [...new Set(mapped)].map((path) => path.replace(root.directory, "")),
      variables: readFileSync(of("environ"), "utf8").split("\0").filter(Boolean).sort(),
    };
  } finally {
    child.kill("SIGKILL");
    await once(child, "close");
  }
}

describe("the archive for Linux", () => {
  test("starts with its own C library where the system has none", async () => {
    const { executable, libraries } = await observe(await unpacked());
    expect(executable).toBe(`${folder}/lib/ld-linux-x86-64.so.2`);
    expect(libraries.filter((path) => !path.startsWith(`${folder}/lib/`))).toEqual([]);
  });

  test("starts with its own C library where the system's loader is another one", async () => {
    const loader = "#!/bin/sh\necho 'musl libc (x86_64)' >&2\nexit 1\n";
    const root = await unpacked({ files: { "lib64/ld-linux-x86-64.so.2": loader } });
    expect((await observe(root)).executable).toBe(`${folder}/lib/ld-linux-x86-64.so.2`);
  });

  test("starts with the system's C library, and needs no other library of it", async () => {
    const libc = debianPackage(cLibraryPackages.linux_amd64);
    const { executable, libraries } = await observe(await unpacked({ package: libc }));
    expect(executable).toBe(`${folder}/lib/hikube`);
    expect(libraries.every((path) => path.startsWith("/lib/x86_64-linux-gnu/"))).toBe(true);
    expect(libraries.map((path) => path.replace(/^.*\//, "")).sort()).toEqual([
      "ld-linux-x86-64.so.2",
      "libc.so.6",
      "libdl.so.2",
      "libm.so.6",
      "libpthread.so.0",
    ]);
  });

  test("leaves nothing of its launcher in the environment", async () => {
    const { variables } = await observe(await unpacked());
    const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    // A shell sets these by itself.
    expect(variables.filter((variable) => !/^(PWD|SHLVL)=/.test(variable))).toEqual(given.sort());
  });

  test("is called through a symbolic link, by a user without a home", async () => {
    const root = await unpacked();
    symlinkSync(program, join(root.directory, "bin", "hikube"));
    const help = await root.run(["/bin/hikube", "help"], {});
    expect(help.output).toContain(`${program} doctor`);
    const doctor = await root.run(["/bin/hikube", "doctor"], {});
    expect([doctor.exitCode, doctor.output]).toEqual([2, expect.stringContaining("There is nothing to examine")]);
  });

  test("resolves names by /etc/hosts and by DNS with its own C library", async () => {
    const nameServer = await startNameServer("platform.test", [127, 0, 0, 1]);
    try {
      for (const [name, files] of [
        ["hosts.test", { "etc/hosts": "127.0.0.1 hosts.test\n" }],
        ["platform.test", { "etc/resolv.conf": `nameserver ${nameServer.address}\n` }],
      ] as const) {
        const { port } = new URL(sandbox.url);
        const kubeconfig = parse(sandbox.kubeconfig) as { clusters: { cluster: Record<string, string> }[] };
        for (const { cluster } of kubeconfig.clusters)
          Object.assign(cluster, { server: `https://${name}:${port}`, "tls-server-name": "localhost" });
        const root = await unpacked({ files: { "etc/kubeconfig": stringify(kubeconfig), ...files } });
        const doctor = await root.run([program, "doctor", "--kubeconfig", "/etc/kubeconfig"], env);
        expect(doctor.exitCode, doctor.output).toBe(0);
      }
    } finally {
      await nameServer.stop();
    }
  });
});

describe("the quick start", () => {
  async function runs(mounts: Mounts): Promise<void> {
    const cli = findProgram("terraform");
    if (cli === undefined) throw new Error("terraform is not on the PATH");
    const archive = fileNames.archive("linux_amd64");
    const root = makeRoot({
      mounts,
      files: {
        "work/main.tf": readFileSync("examples/quickstart/main.tf", "utf8"),
        "etc/kubeconfig": sandbox.kubeconfig,
        "etc/cli.tfrc": 'provider_installation {\n  filesystem_mirror {\n    path = "/mirror"\n  }\n}\n',
      },
      copies: {
        "bin/terraform": cli,
        [`mirror/registry.terraform.io/hikube/hikube/${archive}`]: join(releaseFolder, archive),
      },
    });
    const variables = { ...env, KUBECONFIG: "/etc/kubeconfig", TF_CLI_CONFIG_FILE: "/etc/cli.tfrc" };
    const run = async (...command: string[]): Promise<string> => {
      const { exitCode, output } = await root.run(command, variables);
      expect(exitCode, output).toBe(0);
      return output;
    };
    const terraform = (...command: string[]) => run("/bin/terraform", ...command, "-no-color");
    await terraform("init");
    await terraform("apply", "-auto-approve");
    expect(sandbox.stored("Kubernetes", "demo")).toBeDefined();
    await terraform("plan", "-detailed-exitcode");
    const installed = `/work/.terraform/providers/registry.terraform.io/hikube/hikube/${version}/linux_amd64/terraform-provider-hikube_v${version}`;
    expect(await run(installed, "kubeconfig", "demo", "--exec")).toContain(`command: ${installed}\n`);
    await terraform("destroy", "-auto-approve");
    expect(sandbox.stored("Kubernetes", "demo")).toBeUndefined();
    expect(readdirSync(join(root.directory, "tmp"))).toEqual([]);
  }

  test("runs where there is only busybox and a Terraform without libraries", () => runs("writable"));

  test("runs on a read-only system without a home and with a /tmp that runs no program", () => runs("restricted"));
});
