/** Everything that can be refused before anything is sent. Pure; see the single files for the rules' sources. */
export { type AddonSurroundings, checkAddon } from "./check-addon.ts";
export { checkCluster, checkStorageClass } from "./check-cluster.ts";
export { checkClusterName, checkGroupName } from "./check-names.ts";
export { checkGpu, checkInstanceType, checkNodeGroup } from "./check-node-group.ts";
export { checkVersion } from "./check-version.ts";
export type { Finding } from "./finding.ts";
