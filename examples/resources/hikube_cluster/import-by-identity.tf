# Terraform 1.12 and OpenTofu 1.12 or newer.
import {
  to = hikube_cluster.prod
  identity = {
    namespace = "tenant-acme"
    name      = "prod"
  }
}
