variable "name" {
  description = "Name of the cluster."
  type        = string
  default     = "critical"
}

variable "kubernetes_version" {
  description = "Kubernetes minor version. Raise it by one minor at a time."
  type        = string
  default     = "1.33"
}

variable "deletion_protection" {
  description = "Whether a destroy of the cluster is refused."
  type        = bool
  default     = true
}

variable "git_url" {
  description = "Repository that Flux applies."
  type        = string
  default     = "https://git.example.org/platform.git"
}

variable "image" {
  description = "Image of the database."
  type        = string
  default     = "postgres:18"
}
