output "cluster_id" {
  description = "Namespace and name of the cluster."
  value       = hikube_cluster.this.id
}

output "endpoint" {
  description = "Address of the cluster's API."
  value       = hikube_cluster.this.endpoint
}

output "most_nodes" {
  description = "How many nodes there may be at most."
  value       = sum([for group in hikube_nodegroup.this : group.max_replicas])
}
