output "cluster_id" {
  description = "Id of the cluster."
  value       = hikube_cluster.critical.id
}

output "kubernetes_version" {
  description = "The version that really runs."
  value       = hikube_cluster.critical.kubernetes_version
}
