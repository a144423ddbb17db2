variable "name" {
  description = "Name of the cluster."
  type        = string
}

variable "kubernetes_version" {
  description = "Kubernetes minor version."
  type        = string
  default     = "1.33"
}

variable "node_groups" {
  description = "Node groups by name."
  type = map(object({
    instance_type = optional(string, "s1.large")
    min_replicas  = optional(number, 1)
    max_replicas  = optional(number, 3)
  }))
  default = { general = {} }

  validation {
    condition     = length(var.node_groups) > 0
    error_message = "Without nodes nothing runs: name at least one node group."
  }
}

variable "metrics" {
  description = "Whether cert-manager is scraped by Prometheus."
  type        = bool
  default     = false
}
