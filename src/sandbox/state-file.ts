import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { IssuedToken } from "./api/tokens.ts";
import type { PlatformVersion } from "./platform/profile.ts";
import type { KeyPair } from "./server/authority.ts";
import type { PlatformSnapshot } from "./store/platform-state.ts";
import { isUpgrade } from "./upgrade/upgrade-state.ts";

/** Everything that a sandbox needs to continue after a restart. The keys are those of the file. */
export interface SandboxState {
  readonly profile: PlatformVersion;
  readonly namespace: string;
  readonly port: number;
  readonly authority: KeyPair;
  readonly tokens: readonly IssuedToken[];
  readonly world: PlatformSnapshot;
}

export interface StateFile {
  /** The state that was saved before; undefined where there is none. */
  readonly restored: SandboxState | undefined;
  /** Names the source of the state. Nothing is saved before. */
  start(state: () => SandboxState): void;
  /** Reports a change: it is saved soon. */
  changed(): void;
  /** Saves now what changed. */
  save(): void;
}

/**
 * The state file of a sandbox; without a directory nothing is saved.
 *
 * @throws Error for a file that cannot be read, or that belongs to a newer platform or to another namespace: it is never overwritten. The
 * state of an older platform is restored as it is, for an upgrade.
 */
export function openState(options: {
  readonly stateDir?: string;
  readonly profile: PlatformVersion;
  readonly namespace?: string;
}): StateFile {
  const { stateDir } = options;
  const restored = stateDir === undefined ? undefined : loadState(stateDir);
  if (restored && restored.profile !== options.profile && !isUpgrade(restored.profile, options.profile)) {
    throw new Error(
      `The state in ${stateDir} is of platform ${restored.profile}, which cannot be changed to ${options.profile}.`,
    );
  }
  if (restored && options.namespace !== undefined && options.namespace !== restored.namespace) {
    throw new Error(`The state in ${stateDir} is of namespace ${restored.namespace}, not ${options.namespace}.`);
  }
  let source: (() => SandboxState) | undefined;
  let dirty = false;
  const save = () => {
    if (stateDir === undefined || source === undefined || !dirty) return;
    dirty = false;
    saveState(stateDir, source());
  };
  return {
    restored,
    start: (state) => {
      source = state;
      if (dirty) setImmediate(save);
    },
    changed: () => {
      if (!dirty) setImmediate(save);
      dirty = true;
    },
    save,
  };
}

const fileName = "sandbox.json";

function loadState(directory: string): SandboxState | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, fileName), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return JSON.parse(text) as SandboxState;
}

/** Writes a new file and renames it: a kill at any moment leaves the old state or the new one. Readable by the owner only. */
function saveState(directory: string, state: SandboxState): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, fileName);
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
