variable "clusters" {
  description = "The clusters of the team, by name."
  type = map(object({
    version = optional(string, "1.34")
    node_groups = map(object({
      instance_type = optional(string, "u1.large")
      min_replicas  = optional(number, 1)
      max_replicas  = optional(number, 3)
      roles         = optional(set(string))
    }))
    addons = optional(set(string), ["cert-manager", "fluxcd"])
  }))
  default = {
    staging = {
      node_groups = {
        general = {}
      }
    }
    production = {
      version = "1.33"
      node_groups = {
        general = { min_replicas = 2, max_replicas = 6 }
        edge    = { instance_type = "s1.medium", roles = ["ingress-nginx"] }
      }
      addons = ["cert-manager", "fluxcd", "ingress-nginx"]
    }
  }
}
