resource "hikube_cluster" "this" {
  name             = var.name
  version          = var.kubernetes_version
  upgrade_strategy = "stepwise"

  labels = {
    "example.org/team" = "platform"
  }
}

resource "hikube_nodegroup" "this" {
  for_each = var.node_groups

  cluster_id    = hikube_cluster.this.id
  name          = each.key
  instance_type = each.value.instance_type
  min_replicas  = each.value.min_replicas
  max_replicas  = each.value.max_replicas
  roles         = each.value.roles
}

resource "hikube_addon" "this" {
  for_each = var.addons

  cluster_id = hikube_cluster.this.id
  name       = each.value

  depends_on = [hikube_nodegroup.this]
}
