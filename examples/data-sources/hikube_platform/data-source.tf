data "hikube_platform" "here" {}

# The newest Kubernetes version on offer.
output "newest" {
  value = data.hikube_platform.here.kubernetes_versions[0]
}

# Settings that only newer platforms have can depend on what this one can do.
output "can_log_in_with_oidc" {
  value = data.hikube_platform.here.capabilities.oidc
}
