import type { ProviderParts } from "../engine/provider.ts";
import { addonsData } from "./addon/addons.data-source.ts";
import { addonList } from "./addon/list.ts";
import { addon } from "./addon/resource.ts";
import { clustersData } from "./cluster/clusters.data-source.ts";
import { clusterData } from "./cluster/data-source.ts";
import { kubeconfigData } from "./cluster/kubeconfig.data-source.ts";
import { ephemeralKubeconfig } from "./cluster/kubeconfig.ephemeral.ts";
import { clusterList } from "./cluster/list.ts";
import { reconcileAction } from "./cluster/reconcile.action.ts";
import { cluster } from "./cluster/resource.ts";
import { waitAction } from "./cluster/wait.action.ts";
import { clusterId } from "./functions/cluster-id.ts";
import { kubeconfig } from "./functions/kubeconfig.ts";
import { mergeValues } from "./functions/merge-values.ts";
import { parseId } from "./functions/parse-id.ts";
import { parseKubeconfig } from "./functions/parse-kubeconfig.ts";
import { quantityEqual } from "./functions/quantity-equal.ts";
import { quantityToBytes } from "./functions/quantity-to-bytes.ts";
import { upgradePath } from "./functions/upgrade-path.ts";
import { nodegroupData } from "./node-group/data-source.ts";
import { nodegroupList } from "./node-group/list.ts";
import { nodegroupsData } from "./node-group/nodegroups.data-source.ts";
import { nodesData } from "./node-group/nodes.data-source.ts";
import { nodegroup } from "./node-group/resource.ts";
import { platform } from "./platform/data-source.ts";
import { gpusData } from "./platform/gpus.data-source.ts";
import { instanceTypesData } from "./platform/instance-types.data-source.ts";
import { kubernetesVersionsData } from "./platform/kubernetes-versions.data-source.ts";
import { quotaData } from "./platform/quota.data-source.ts";
import { storageClassesData } from "./platform/storage-classes.data-source.ts";
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
    clusterData, // hikube_cluster
    clustersData, // hikube_clusters
    nodegroupData, // hikube_nodegroup
    nodegroupsData, // hikube_nodegroups
    nodesData, // hikube_nodes
    addonsData, // hikube_addons
    kubernetesVersionsData, // hikube_kubernetes_versions
    instanceTypesData, // hikube_instance_types
    gpusData, // hikube_gpus
    storageClassesData, // hikube_storage_classes
    quotaData, // hikube_quota
    kubeconfigData, // hikube_kubeconfig
    platform, // hikube_platform
  ],
  ephemeralResources: [
    ephemeralKubeconfig, // hikube_kubeconfig
  ],
  listResources: [
    clusterList, // hikube_cluster
    nodegroupList, // hikube_nodegroup
    addonList, // hikube_addon
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
  actions: [
    waitAction, // hikube_wait
    reconcileAction, // hikube_reconcile
  ],
} satisfies Partial<ProviderParts<Session>>;
