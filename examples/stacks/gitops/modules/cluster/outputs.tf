output "id" {
  description = "Id of the cluster."
  value       = hikube_cluster.this.id
}

output "endpoint" {
  description = "URL of the cluster's Kubernetes API."
  value       = hikube_cluster.this.endpoint
}
