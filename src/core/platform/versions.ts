/** A minor version of Kubernetes. The platform selects the patch version, not the user (platform.md §3.3). */
interface MinorVersion {
  readonly major: number;
  readonly minor: number;
}

/** Parses `1.34`, `v1.34`, `1.34.4`, `v1.34.4+build` and the like; undefined for anything else. */
function parseVersion(text: string): MinorVersion | undefined {
  const match = /^v?(\d{1,3})\.(\d{1,4})(?:\.\d+(?:[-+].*)?)?\+?$/.exec(text.trim());
  if (match === null) return undefined;
  return { major: Number(match[1]), minor: Number(match[2]) };
}

/** Whether a version includes a patch, as in `1.30.3`; the platform selects the patch that runs. */
export const namesPatch = (text: string): boolean => /^v?\d+\.\d+\.\d+/.test(text.trim());

/** Returns the spelling in the provider's messages: `1.34`. */
export const shortVersion = (text: string): string => (normaliseVersion(text) ?? text).replace(/^v/, "");

/** Converts a version in any spelling to the platform's spelling `vX.Y`; undefined if it is not a version. */
export function normaliseVersion(text: string): string | undefined {
  const version = parseVersion(text);
  return version === undefined ? undefined : formatVersion(version);
}

const formatVersion = ({ major, minor }: MinorVersion): string => `v${major}.${minor}`;

/** Returns a negative number, zero or a positive number; undefined if either text is not a version. */
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
 * Returns the minors from one version to another, one at a time: Kamaji rejects skipped minors and downgrades, and the platform hides
 * that rejection (platform.md §3.3).
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

/** Returns the served minors above a version, oldest first, in the platform's spelling; none for an unknown version. */
export const newerVersions = (served: readonly string[], version: string | undefined): string[] =>
  served.filter((one) => (compareVersions(one, version ?? "") ?? 0) > 0).sort((a, b) => compareVersions(a, b) ?? 0);
