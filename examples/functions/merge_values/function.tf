variable "overrides" {
  type    = any
  default = { controller = { replicaCount = 3, service = { type = null } } }
}

# Later values take precedence, maps are merged at every level, and null removes a key.
locals {
  defaults = {
    controller = {
      replicaCount = 2
      config       = { use-gzip = "true" }
      service      = { type = "NodePort", externalTrafficPolicy = "Local" }
    }
  }
}

output "values" {
  value = { ingress-nginx = provider::hikube::merge_values(local.defaults, var.overrides) }
}
