import type { ConformanceProfile } from "./profile.ts";
import type { Tenant } from "./tenant.ts";

/** What running a statement showed. */
export type Verdict =
  | { readonly result: "holds" }
  | { readonly result: "differs"; readonly seen: string }
  | { readonly result: "skipped"; readonly why: string };

/** One manner of the platform's API, as a sentence that can be tried. */
export interface Statement {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly sentence: string;
  readonly profiles: readonly ConformanceProfile[];
  /** Where platform.md says so. */
  readonly section: string;
  /** May take the platform's API server down for everybody: runs only when asked for outright. */
  readonly dangerous?: true;
  /** Needs the one cluster that is really installed: a control plane without nodes. */
  readonly needsCluster?: true;
  /**
   * Tries it.
   * @throws Undecided or KubeError where the answer on the way there was not one to judge by.
   */
  readonly run: (tenant: Tenant) => Promise<Verdict>;
  /** What the provider does about this manner, or because of it. */
  readonly provider: string;
}

export const holds: Verdict = { result: "holds" };
export const skipped = (why: string): Verdict => ({ result: "skipped", why });

/** `differs` with the first thing that was seen and should not have been, `holds` where there is none. */
export function verdict(...seen: readonly (string | undefined)[]): Verdict {
  const first = seen.find((one) => one !== undefined);
  return first === undefined ? holds : { result: "differs", seen: first };
}
