resource "hikube_cluster" "prod" {
  name = "prod"
}

# The state then contains the administrator's login. Prefer the ephemeral resource.
data "hikube_kubeconfig" "prod" {
  cluster_id = hikube_cluster.prod.id
}

output "api" {
  value = data.hikube_kubeconfig.prod.host != null
}
