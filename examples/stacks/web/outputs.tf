output "cluster_id" {
  description = "Id of the cluster."
  value       = hikube_cluster.web.id
}

output "endpoint" {
  description = "URL of the cluster's Kubernetes API."
  value       = hikube_cluster.web.endpoint
}

output "kubernetes_version" {
  description = "The version that really runs."
  value       = hikube_cluster.web.kubernetes_version
}
