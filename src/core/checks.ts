/** Everything that can be refused before anything is sent. Pure; see the single files for the rules' sources. */
export { type AddonSurroundings, checkAddon } from "./check-addon.ts";
export { checkCluster, checkClusterName, checkQuantity, checkVersion } from "./check-cluster.ts";
export { checkGpu, checkGroupName, checkInstanceType, checkNodeGroup } from "./check-node-group.ts";
export type { Finding } from "./finding.ts";
