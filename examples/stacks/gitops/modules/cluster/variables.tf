variable "name" {
  description = "Name of the cluster."
  type        = string
}

variable "kubernetes_version" {
  description = "Kubernetes minor version."
  type        = string
}

variable "node_groups" {
  description = "Node groups by name."
  type = map(object({
    instance_type = string
    min_replicas  = number
    max_replicas  = number
    roles         = optional(set(string))
  }))
}

variable "addons" {
  description = "Names of the add-ons to install."
  type        = set(string)
}
