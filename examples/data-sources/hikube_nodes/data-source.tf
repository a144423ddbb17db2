# The nodes at the moment, read from the API of the cluster.
data "hikube_nodes" "web" {
  cluster_id = "tenant-acme/prod"
  node_group = "web"
}

output "instance_types" {
  value = distinct(data.hikube_nodes.web.nodes[*].instance_type)
}
