/** Everything that can be refused before anything is sent. Pure; see the single files for the rules' sources. */
export { type AddonSurroundings, checkAddon } from "./addon.ts";
export { checkCluster, checkStorageClass } from "./cluster.ts";
export type { Finding } from "./finding.ts";
export { checkClusterName, checkGroupName } from "./names.ts";
export { checkGpu, checkInstanceType, checkNodeGroup } from "./node-group.ts";
export { checkVersion } from "./version.ts";
