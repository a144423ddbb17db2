# The id of a cluster that another configuration manages.
output "cluster_id" {
  value = provider::hikube::cluster_id("tenant-acme", "prod")
}
