variable "name" {
  description = "Name of the cluster."
  type        = string
  default     = "ml"
}

variable "kubernetes_version" {
  description = "Kubernetes minor version."
  type        = string
  default     = "1.34"
}

variable "gpu" {
  description = "GPU of each node."
  type        = string
  default     = "nvidia.com/AD102GL_L40S"
}

variable "max_nodes" {
  description = "Most GPU nodes the autoscaler may start. Each one occupies a GPU."
  type        = number
  default     = 5
}

variable "image" {
  description = "Image of the training job."
  type        = string
  default     = "nvidia/cuda:13.0.1-base-ubuntu24.04"
}
