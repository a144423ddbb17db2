variable "name" {
  description = "Name of the cluster."
  type        = string
  default     = "web"
}

variable "kubernetes_version" {
  description = "Kubernetes minor version."
  type        = string
  default     = "1.34"
}

variable "hosts" {
  description = "Host names that the ingress serves."
  type        = list(string)
  default     = ["www.example.org"]
}

variable "max_nodes" {
  description = "Most web nodes the autoscaler may start."
  type        = number
  default     = 10
}

variable "image" {
  description = "Image of the web server."
  type        = string
  default     = "nginx:1.29"
}
