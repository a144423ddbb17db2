import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "./server/authority.ts";
import type { IssuedToken } from "./api/tokens.ts";
import type { WorldState } from "./store/world.ts";

/** Everything a sandbox needs to come back as it was. */
export interface SandboxState {
  readonly profile: string;
  readonly namespace: string;
  readonly port: number;
  readonly authority: KeyPair;
  readonly tokens: readonly IssuedToken[];
  readonly world: WorldState;
}

const fileName = "sandbox.json";

/** @throws Error where a state file is there but cannot be used: a sandbox never starts over what it cannot read. */
export function loadState(directory: string): SandboxState | undefined {
  let text: string;
  try {
    text = readFileSync(join(directory, fileName), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  return JSON.parse(text) as SandboxState;
}

/** Writes beside and renames over: a kill at any moment leaves the old state or the new one. Readable by the owner alone. */
export function saveState(directory: string, state: SandboxState): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, fileName);
  writeFileSync(`${path}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
