import { normaliseVersion, upgradePath as pathOf, shortVersion } from "../../core/platform/versions.ts";
import { versionFormat } from "../../core/validate/formats.ts";
import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { list, string } from "../../schema/kind.ts";

export const upgradePath = providerFunction("upgrade_path", {
  summary: "Returns the versions of an upgrade",
  doc:
    "Returns the Kubernetes minor versions that an upgrade goes through, in order, without the first and with the last: from `1.31` to " +
    "`1.33` they are `1.32` and `1.33`. The list is empty if both are the same. Downgrades are an error, because Kubernetes has none.",
  parameters: [
    { name: "from", kind: string, doc: "The version that runs, e.g. `1.31` or `v1.31.4`." },
    { name: "to", kind: string, doc: "The version to reach, e.g. `1.33`." },
  ],
  variadic: {
    name: "available",
    kind: list(string),
    nullable: true,
    doc:
      "Optional: the versions on offer, e.g. `data.hikube_kubernetes_versions.here.versions`. A version of the path that is not among " +
      "them is an error.",
  },
  returns: list(string),
  call: (from, to, ...available) => {
    for (const [index, text] of [from, to].entries()) {
      const complaint = versionFormat(text);
      if (complaint !== undefined) throw new FunctionError(complaint, index);
    }
    if (available.length > 1) throw new FunctionError("is one argument too many; `available` is given once", 3);
    const path = pathOf(from, to);
    if (!path.ok) throw new FunctionError(unreachable(shortVersion(from), shortVersion(to), path.reason), 1);
    checkOffered(path.steps, available[0] ?? null);
    return path.steps.map(shortVersion);
  },
});

const unreachable = (from: string, to: string, reason: "downgrade" | "major" | "notAVersion"): string =>
  reason === "downgrade"
    ? `is ${to}, which is older than ${from}; Kubernetes cannot be downgraded`
    : `is ${to}, another major version than ${from}; there is no path between them`;

function checkOffered(steps: readonly string[], available: readonly string[] | null): void {
  if (available === null) return;
  const offered = available.map((version) => {
    const complaint = versionFormat(version);
    if (complaint !== undefined) throw new FunctionError(`holds an invalid version, which ${complaint}`, 2);
    return normaliseVersion(version) ?? version;
  });
  const missing = steps.filter((step) => !offered.includes(step)).map(shortVersion);
  if (missing.length === 0) return;
  const path = steps.map(shortVersion).join(", ");
  const among = offered.length === 0 ? "is empty" : `has only ${offered.map(shortVersion).join(", ")}`;
  throw new FunctionError(`${among}; the upgrade goes through ${path}, and ${missing.join(", ")} is not available`, 2);
}
