import type { Platform } from "../../core/platform/platform.ts";
import { propertiesOf } from "../../core/platform/schema-defaults.ts";
import { shortVersion } from "../../core/platform/versions.ts";
import { type Finding, ok, problem } from "./finding.ts";

/** Settings of a cluster that not every platform serves, by their API names. */
const settings = { oidc: "oidc", nodeHealthCheck: "node_health_check", talos: "talos" } as const;

/** Returns the finding about a platform whose version is not known. */
export const platformFailure = ({ message }: Error): Finding =>
  problem("platform", `the platform does not describe itself: ${message}`, {
    advice: "Check that the address is that of a Hikube API, and try again: the platform may be restarting.",
  });

/** Returns the finding about the platform: its version, and what that means. */
export function platformFinding(platform: Platform): Finding {
  if (platform.source !== "live")
    return platformFailure(new Error("its version is not known, and nothing can be written"));
  const { versions, profile, addons } = platform;
  const range = [...versions].map(shortVersion).reverse();
  const offered = range.length === 0 ? "" : `, Kubernetes ${range[0]} to ${range.at(-1)}`;
  const text = `like Cozystack ${profile.platform}${offered}, ${addons.length} add-ons`;
  return ok("platform", text, { details: meaning(platform) });
}

function meaning(platform: Platform): string[] {
  const served = propertiesOf(platform.clusterSpec);
  const absent = Object.entries(settings).flatMap(([key, name]) => (served.includes(key) ? [] : [`\`${name}\``]));
  return [
    ...(absent.length > 0 ? [`It has no ${absent.join(", ")}: they need a newer platform.`] : []),
    ...(platform.phantomGroup
      ? ["It adds a node group `md0` to clusters that other tools make; the provider keeps it away from its own."]
      : []),
    ...(platform.phantomGroup ? ["Each change sets every node group to two nodes for a while."] : []),
    ...(platform.hidesConflicts
      ? [
          "It hides conflicts of writes: of two at the same time one may be lost. The provider reads back and repeats its own.",
        ]
      : ["It reports conflicts of writes as errors 500, which the provider repeats."]),
  ];
}
