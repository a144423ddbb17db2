# What a platform team has: one module, several clusters, one line to add another.

module "cluster" {
  source   = "./modules/cluster"
  for_each = var.clusters

  name               = each.key
  kubernetes_version = each.value.version
  node_groups        = each.value.node_groups
  addons             = each.value.addons
}

# The kubeconfig goes to a secret store, never to the state. With an ephemeral resource of a later version of this provider
# and the store's write-only argument (Vault shown):
#
#   ephemeral "hikube_kubeconfig" "cluster" {
#     for_each   = var.clusters
#     cluster_id = module.cluster[each.key].id
#   }
#
#   resource "vault_kv_secret_v2" "kubeconfig" {
#     for_each           = var.clusters
#     mount              = "platform"
#     name               = "kubeconfig/${each.key}"
#     data_json_wo       = jsonencode({ kubeconfig = ephemeral.hikube_kubeconfig.cluster[each.key].raw })
#     data_json_wo_version = 1
#   }
