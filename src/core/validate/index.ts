/** Checks before a request is sent. Pure functions; the files contain the sources of the rules. */
export { type AddonSurroundings, checkAddon } from "./addon.ts";
export { checkCluster, checkStorageClass } from "./cluster.ts";
export type { Finding } from "./finding.ts";
export { checkClusterName, checkGroupName } from "./names.ts";
export { checkGpu, checkInstanceType, checkNodeGroup } from "./node-group.ts";
export { checkVersion } from "./version.ts";
