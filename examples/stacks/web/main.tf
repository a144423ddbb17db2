# A web platform: nodes that scale with the traffic, ingress on names of our own, certificates by themselves.

resource "hikube_cluster" "web" {
  name    = var.name
  version = var.kubernetes_version
}

resource "hikube_nodegroup" "web" {
  cluster_id    = hikube_cluster.web.id
  name          = "web"
  instance_type = "s1.large"
  min_replicas  = 2
  max_replicas  = var.max_nodes
  roles         = ["ingress-nginx"]
}

resource "hikube_addon" "ingress_nginx" {
  cluster_id    = hikube_cluster.web.id
  name          = "ingress-nginx"
  expose_method = "Proxied"
  hosts         = var.hosts

  # The ingress needs a node with its role.
  depends_on = [hikube_nodegroup.web]
}

resource "hikube_addon" "cert_manager" {
  cluster_id = hikube_cluster.web.id
  name       = "cert-manager"

  values = {
    cert-manager = {
      prometheus = { enabled = false }
    }
  }
}
