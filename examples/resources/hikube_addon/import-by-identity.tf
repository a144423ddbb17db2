# Terraform 1.12 and OpenTofu 1.12 or newer.
import {
  to = hikube_addon.cert_manager
  identity = {
    namespace = "tenant-acme"
    cluster   = "prod"
    name      = "cert-manager"
  }
}
