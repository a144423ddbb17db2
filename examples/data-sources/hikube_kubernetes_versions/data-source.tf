data "hikube_kubernetes_versions" "here" {}

output "latest" {
  value = data.hikube_kubernetes_versions.here.latest_version
}

# An error in the plan once the platform no longer offers the version.
data "hikube_kubernetes_versions" "pinned" {
  version_prefix = "1.33"
}

output "pinned" {
  value = data.hikube_kubernetes_versions.pinned.latest_version
}
