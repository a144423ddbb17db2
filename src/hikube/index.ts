import type { ProviderParts } from "../engine/provider.ts";
import { addon } from "./addon/resource.ts";
import { kubeconfigData } from "./cluster/kubeconfig.data-source.ts";
import { ephemeralKubeconfig } from "./cluster/kubeconfig.ephemeral.ts";
import { cluster } from "./cluster/resource.ts";
import { clusterId } from "./functions/cluster-id.ts";
import { kubeconfig } from "./functions/kubeconfig.ts";
import { mergeValues } from "./functions/merge-values.ts";
import { parseId } from "./functions/parse-id.ts";
import { parseKubeconfig } from "./functions/parse-kubeconfig.ts";
import { quantityEqual } from "./functions/quantity-equal.ts";
import { quantityToBytes } from "./functions/quantity-to-bytes.ts";
import { upgradePath } from "./functions/upgrade-path.ts";
import { nodegroup } from "./node-group/resource.ts";
import { platform } from "./platform/data-source.ts";
import type { Session } from "./shared/session.ts";
import { toldOnce } from "./shared/told-once.ts";

/** The parts of the provider, by kind. */
export const parts = {
  resources: [
    toldOnce(cluster), // hikube_cluster
    toldOnce(nodegroup), // hikube_nodegroup
    toldOnce(addon), // hikube_addon
  ],
  dataSources: [
    kubeconfigData, // hikube_kubeconfig
    platform, // hikube_platform
  ],
  ephemeralResources: [
    ephemeralKubeconfig, // hikube_kubeconfig
  ],
  functions: [
    parseId, // provider::hikube::parse_id
    clusterId, // provider::hikube::cluster_id
    parseKubeconfig, // provider::hikube::parse_kubeconfig
    kubeconfig, // provider::hikube::kubeconfig
    mergeValues, // provider::hikube::merge_values
    quantityToBytes, // provider::hikube::quantity_to_bytes
    quantityEqual, // provider::hikube::quantity_equal
    upgradePath, // provider::hikube::upgrade_path
  ],
} satisfies Partial<ProviderParts<Session>>;
