/** A minor version of Kubernetes. The patch is the platform's choice, not the user's (platform.md §3.3). */
interface MinorVersion {
  readonly major: number;
  readonly minor: number;
}

/** Reads `1.34`, `v1.34`, `1.34.4`, `v1.34.4+build` and the like; undefined for anything else. */
function parseVersion(text: string): MinorVersion | undefined {
  const match = /^v?(\d+)\.(\d+)(?:\.\d+(?:[-+].*)?)?\+?$/.exec(text.trim());
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a version names its patch, `1.30.3`: which patch runs is the platform's choice. */
export const namesPatch = (text: string): boolean => /^v?\d+\.\d+\.\d+/.test(text.trim());

/** The spelling of the provider's own texts: `1.34`. */
export const shortVersion = (text: string): string => (normaliseVersion(text) ?? text).replace(/^v/, "");

/** The platform's spelling `vX.Y` of any spelling, or undefined where it is no version at all. */
export function normaliseVersion(text: string): string | undefined {
  const version = parseVersion(text);
  return version === undefined ? undefined : formatVersion(version);
}

const formatVersion = ({ major, minor }: MinorVersion): string => `v${major}.${minor}`;

/** Negative, zero or positive; undefined where one of the two is no version. */
export function compareVersions(a: string, b: string): number | undefined {
  const left = parseVersion(a);
  const right = parseVersion(b);
  if (left === undefined || right === undefined) return undefined;
  return left.major - right.major || left.minor - right.minor;
}

type UpgradePath =
  | {
      readonly ok: true /** Every minor to go through, the target last; empty where nothing is to do. */;
      readonly steps: readonly string[];
    }
  | { readonly ok: false; readonly reason: "downgrade" | "major" | "notAVersion" };

/**
 * The minors to go through from one version to another, one at a time: Kamaji refuses skipped minors and downgrades, and the
 * platform hides that refusal (platform.md §3.3).
 */
export function upgradePath(from: string, to: string): UpgradePath {
  const start = parseVersion(from);
  const end = parseVersion(to);
  if (start === undefined || end === undefined) return { ok: false, reason: "notAVersion" };
  if (start.major !== end.major) return { ok: false, reason: end.major < start.major ? "downgrade" : "major" };
  if (end.minor < start.minor) return { ok: false, reason: "downgrade" };
  const steps: string[] = [];
  for (let minor = start.minor + 1; minor <= end.minor; minor++) steps.push(formatVersion({ major: end.major, minor }));
  return { ok: true, steps };
}
