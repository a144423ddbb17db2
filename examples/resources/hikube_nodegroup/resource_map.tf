variable "groups" {
  type = map(object({
    instance_type = string
    max_replicas  = number
  }))
  default = {
    web   = { instance_type = "u1.large", max_replicas = 4 }
    batch = { instance_type = "u1.xlarge", max_replicas = 2 }
  }
}

resource "hikube_cluster" "prod" {
  name = "prod"
}

# A group for each entry of a variable.
resource "hikube_nodegroup" "each" {
  for_each = var.groups

  cluster_id    = hikube_cluster.prod.id
  name          = each.key
  instance_type = each.value.instance_type
  min_replicas  = 1
  max_replicas  = each.value.max_replicas
}
