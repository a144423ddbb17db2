# What the platform offers.
data "hikube_addons" "offered" {}

output "has_velero" {
  value = contains(data.hikube_addons.offered.names, "velero")
}

# What a cluster has.
data "hikube_addons" "installed" {
  cluster_id = "tenant-acme/prod"
  installed  = true
}

output "installed" {
  value = data.hikube_addons.installed.names
}
