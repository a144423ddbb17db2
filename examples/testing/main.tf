resource "hikube_cluster" "this" {
  name    = var.name
  version = var.kubernetes_version
}

resource "hikube_nodegroup" "this" {
  for_each = var.node_groups

  cluster_id    = hikube_cluster.this.id
  name          = each.key
  instance_type = each.value.instance_type
  min_replicas  = each.value.min_replicas
  max_replicas  = each.value.max_replicas
}

resource "hikube_addon" "cert_manager" {
  cluster_id = hikube_cluster.this.id
  name       = "cert-manager"

  values = {
    cert-manager = {
      prometheus = { enabled = var.metrics }
    }
  }
}
