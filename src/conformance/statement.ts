import type { ConformanceProfile } from "./profile.ts";
import type { Tenant } from "./tenant.ts";

/** The result of running a statement. */
export type Verdict =
  | { readonly result: "holds" }
  | { readonly result: "differs"; readonly seen: string }
  | { readonly result: "skipped"; readonly why: string };

/** One behaviour of the platform's API, as a sentence that can be checked. */
export interface Statement {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly sentence: string;
  readonly profiles: readonly ConformanceProfile[];
  /** Section of platform.md that describes it. */
  readonly section: string;
  /** Can take the platform's API server down for all tenants: runs only with --dangerous. */
  readonly dangerous?: true;
  /** Needs the one cluster that is installed: a control plane without nodes. */
  readonly needsCluster?: true;
  /**
   * Checks it.
   * @throws Undecided or KubeError where a step failed in a way that no statement covers.
   */
  readonly run: (tenant: Tenant) => Promise<Verdict>;
  /** How the provider handles this behaviour. */
  readonly provider: string;
}

export const holds: Verdict = { result: "holds" };
export const skipped = (why: string): Verdict => ({ result: "skipped", why });

/** `differs` with the first unexpected observation; `holds` without one. */
export function verdict(...seen: readonly (string | undefined)[]): Verdict {
  const first = seen.find((one) => one !== undefined);
  return first === undefined ? holds : { result: "differs", seen: first };
}
