# Terraform 1.12 and OpenTofu 1.12 or newer.
import {
  to = hikube_nodegroup.general
  identity = {
    namespace = "tenant-acme"
    cluster   = "prod"
    name      = "general"
  }
}
