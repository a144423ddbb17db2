output "clusters" {
  description = "Id and API of each cluster."
  value = {
    for name, cluster in module.cluster : name => {
      id       = cluster.id
      endpoint = cluster.endpoint
    }
  }
}
