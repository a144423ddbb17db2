# All node groups of one cluster.
list "hikube_nodegroup" "prod" {
  provider = hikube

  config {
    cluster_id = "tenant-acme/prod"
  }
}
