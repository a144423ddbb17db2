# A cluster that another configuration manages.
data "hikube_cluster" "prod" {
  name = "prod"
}

resource "hikube_nodegroup" "batch" {
  cluster_id    = data.hikube_cluster.prod.id
  name          = "batch"
  instance_type = "u1.large"
  max_replicas  = 2
}

# The next upgrade, if there is one.
output "next_version" {
  value = try(data.hikube_cluster.prod.available_upgrades[0], null)
}
