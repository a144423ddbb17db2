import type { AddonId } from "../ids.ts";

/** The headline about an add-on that is set up already. */
export const alreadyEnabled = ({ name, cluster }: Pick<AddonId, "name" | "cluster">, enabled: boolean): string =>
  `Add-on ${name} is already ${enabled ? "enabled" : "configured"} on cluster ${cluster}`;

/** What to do about an add-on that is set up otherwise. */
export const conflictHint = ({ namespace, cluster, name }: AddonId): string =>
  `To manage it here, run \`terraform import <address> ${namespace}/${cluster}/${name}\`. Or set \`resolve_conflicts_on_create\` to ` +
  '"ADOPT" (these settings are laid over the existing ones) or "OVERWRITE" (they replace them).';
