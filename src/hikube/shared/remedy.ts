import type { CoreError, Remedy } from "../../core/core-error.ts";
import { type AddonId, memberKey, type NodeGroupId } from "../../core/ids.ts";

/** Returns the remedy of an error of the library in Terraform's terms; undefined if it has none. */
export function remedyText({ remedy, hint }: CoreError): string | undefined {
  switch (remedy?.kind) {
    case "takeOver":
      return takeOverText(remedy);
    case "forget":
      return "To manage it, remove the old one from the state (`terraform state rm <address>`) and import the new one.";
    case "wait":
      return waitText(remedy, hint);
    case "retiredKey":
      return retiredKeyText(remedy);
    default:
      return undefined;
  }
}

const retiredKeyText = ({ groups, key }: Extract<Remedy, { kind: "retiredKey" }>): string =>
  `A \`hikube_nodegroup\` that manages ${groups.length > 1 ? "such a group" : "the group"} removes the key in its next apply. In a group that ` +
  `another tool manages, remove ${groups.map((group) => `\`spec.nodeGroups.${group}.${key}\``).join(", ")} from the cluster object there.`;

function takeOverText({ owner, id }: Extract<Remedy, { kind: "takeOver" }>): string {
  const manage = `To manage it here, run \`terraform import <address> ${id}\`.`;
  return owner === "addon"
    ? `${manage} Or set \`resolve_conflicts_on_create\` to "ADOPT" (these settings are laid over the existing ones) or "OVERWRITE" ` +
        "(they replace them)."
    : `${manage} Otherwise choose another name.`;
}

function waitText({ limit, until }: Extract<Remedy, { kind: "wait" }>, hint = ""): string {
  if (limit === undefined) return `Apply again when ${until}, or set a longer timeout in \`timeouts\`.`;
  const again = limit === "delete" ? "Run the same command again" : "Apply again";
  const when = until === undefined ? "to resume waiting" : `when ${until}`;
  return `${hint} ${again} ${when}, or raise \`timeouts.${limit}\`.`;
}

/** Summary and remedy for a plan that would create an existing object. */
export const existingNodeGroupTexts = (id: NodeGroupId) => ({
  headline: `Node group ${id.name} already exists in cluster ${id.cluster}`,
  hint: takeOverText({ kind: "takeOver", owner: "nodeGroup", id: memberKey(id) }),
});

export const existingAddonTexts = (id: AddonId, enabled: boolean) => ({
  headline: `Add-on ${id.name} is already ${enabled ? "enabled" : "configured"} on cluster ${id.cluster}`,
  hint: takeOverText({ kind: "takeOver", owner: "addon", id: memberKey(id) }),
});
