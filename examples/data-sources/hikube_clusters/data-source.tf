data "hikube_clusters" "production" {
  labels = { env = "prod" }
}

output "not_ready" {
  value = [for cluster in data.hikube_clusters.production.clusters : cluster.name if !cluster.ready]
}

output "ids" {
  value = data.hikube_clusters.production.ids
}
