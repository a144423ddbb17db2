import { shortVersion } from "../../core/platform/versions.ts";
import { dataSource } from "../../engine/define.ts";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import { computed, optional } from "../../schema/attribute.ts";
import { all, notEmpty } from "../../schema/check.ts";
import { list, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import type { Session } from "../shared/session.ts";

const prefixFormat = (text: string) =>
  /^v?\d+(\.\d*){0,2}$/.test(text)
    ? undefined
    : `must be the beginning of a version such as "1.34"; got ${JSON.stringify(text)}`;

const schema = {
  version_prefix: optional(string, {
    check: all(notEmpty, prefixFormat),
    doc: "Only versions that begin with this, e.g. `1.34`. A patch version (`1.34.4`) stands for its minor version.",
  }),
  versions: computed(list(string), { doc: "The minor versions, newest first, e.g. `1.34`." }),
  latest_version: computed(string, { doc: "The newest of them." }),
  default_version: computed(string, {
    doc: "The version of a cluster without a `version`, also if the filter excludes it; null if the platform does not name one.",
  }),
  source: computed(string, {
    doc: "`live` where the platform describes itself; `bundled` where its description cannot be read and platform 1.1.2 is assumed.",
  }),
};

export const kubernetesVersionsData = dataSource<Session>()("hikube_kubernetes_versions", {
  doc: "The Kubernetes versions that the platform offers. It chooses the patch version of each minor version.",
  schema,
  read: ({ config, client, signal }) =>
    explained(schema, async () => {
      const platform = await client.hikube.platform(signal);
      const offered = platform.versions.map(shortVersion);
      const prefix = config.version_prefix?.replace(/^v/, "");
      const versions = offered.filter(
        (version) => prefix === undefined || version.startsWith(prefix) || prefix.startsWith(`${version}.`),
      );
      if (versions.length === 0) {
        const text = `No version begins with ${JSON.stringify(config.version_prefix)}. Available: ${offered.join(", ")}.`;
        throw new DiagnosticError("Kubernetes version not available", text, "version_prefix");
      }
      return {
        ...config,
        versions,
        latest_version: versions[0] ?? null,
        default_version: platform.defaultVersion === undefined ? null : shortVersion(platform.defaultVersion),
        source: platform.source,
      };
    }),
});
