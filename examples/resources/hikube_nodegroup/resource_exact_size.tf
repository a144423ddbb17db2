resource "hikube_cluster" "prod" {
  name = "prod"
}

# CPU and memory in place of an instance type, and a fixed number of nodes.
resource "hikube_nodegroup" "database" {
  cluster_id   = hikube_cluster.prod.id
  name         = "database"
  min_replicas = 3
  max_replicas = 3
  disk_size    = "100Gi"

  resources = {
    cpu    = "4"
    memory = "24Gi"
  }
}
