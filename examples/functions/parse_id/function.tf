# The id of a node group is `namespace/cluster/name`.
locals {
  group = provider::hikube::parse_id("tenant-acme/prod/web")
}

output "cluster_of_group" {
  value = "${local.group.namespace}/${local.group.cluster}"
}
