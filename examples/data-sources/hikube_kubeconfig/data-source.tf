# The state then contains the login of an administrator. Prefer the ephemeral resource.
data "hikube_kubeconfig" "prod" {
  cluster_id = "tenant-acme/prod"
}

output "scheme" {
  value = split(":", data.hikube_kubeconfig.prod.host)[0]
}
