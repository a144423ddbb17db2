resource "hikube_cluster" "prod" {
  name = "prod"
}

resource "hikube_nodegroup" "web" {
  cluster_id   = hikube_cluster.prod.id
  name         = "web"
  min_replicas = 1
  max_replicas = 3
  roles        = ["ingress-nginx"]
}

# HTTP traffic for a name, through the platform's ingress.
resource "hikube_addon" "ingress" {
  cluster_id    = hikube_cluster.prod.id
  name          = "ingress-nginx"
  expose_method = "Proxied"
  hosts         = ["www.example.org"]

  depends_on = [hikube_nodegroup.web]
}

output "dns_target" {
  value = hikube_addon.ingress.addresses
}
