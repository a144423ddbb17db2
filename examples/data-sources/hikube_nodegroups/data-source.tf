data "hikube_nodegroups" "prod" {
  cluster_id = "tenant-acme/prod"
}

# The largest number of nodes that the autoscaler can start.
output "most_nodes" {
  value = sum(data.hikube_nodegroups.prod.nodegroups[*].max_replicas)
}
