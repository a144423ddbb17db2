import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Where tools that this project builds for itself lie. */
export const toolDirectory = join(root, ".cache", "bin");

export const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The path of a program, looked up on the PATH and among the project's own tools; undefined where there is none. */
export function findProgram(name: string): string | undefined {
  const directories = [...(process.env["PATH"] ?? "").split(delimiter), toolDirectory];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

/**
 * Builds a Go program that is pinned in `tools/<folder>/go.mod` (one `tool` line), or whose source is there, into the project's tool
 * directory, once; without symbols, as providers are released. Answers its path. Ends the process with a text that says what is missing where it cannot.
 */
export function buildGoTool(folder: string, packagePath: string, name: string): string {
  const target = join(toolDirectory, name);
  if (isExecutable(target)) return target;
  const go = findProgram("go");
  if (go === undefined) {
    console.error(
      `Building ${name} needs Go 1.26 or newer on the PATH (https://go.dev/dl), or install ${name} itself.`,
    );
    process.exit(1);
  }
  mkdirSync(toolDirectory, { recursive: true });
  console.error(`building ${name} from ${packagePath}; this takes a few minutes the first time`);
  const { status } = spawnSync(go, ["build", "-trimpath", "-ldflags=-s -w", "-o", target, packagePath], {
    cwd: join(root, "tools", folder),
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "-mod=readonly" },
  });
  if (status !== 0) {
    console.error(`${name} could not be built.`);
    process.exit(1);
  }
  return target;
}
