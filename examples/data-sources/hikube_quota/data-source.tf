variable "groups" {
  type = map(object({ instance_type = string, min_replicas = number, max_replicas = number }))
  default = {
    web   = { instance_type = "u1.large", min_replicas = 2, max_replicas = 5 }
    batch = { instance_type = "u1.2xlarge", min_replicas = 0, max_replicas = 3 }
  }
}

# Whether node groups fit into what the quota leaves, before they are created.
data "hikube_quota" "tenant" {
  node_groups = values(var.groups)

  lifecycle {
    postcondition {
      condition     = self.fits_minimum
      error_message = "The quota is too small: ${join("; ", self.missing)}"
    }
  }
}

output "memory" {
  value = one([for need in data.hikube_quota.tenant.requirements : need.maximum if need.resource == "memory"])
}
