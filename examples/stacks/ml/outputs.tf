output "cluster_id" {
  description = "Id of the cluster."
  value       = hikube_cluster.ml.id
}

output "gpu_nodes" {
  description = "GPU nodes that run now."
  value       = hikube_nodegroup.ml.ready_replicas
}
