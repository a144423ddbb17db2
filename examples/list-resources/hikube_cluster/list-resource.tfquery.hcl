# Clusters with a name that begins with "prod". Write their configuration and import blocks with
# `terraform query -generate-config-out=generated.tf`.
list "hikube_cluster" "prod" {
  provider = hikube

  config {
    name_regex = "^prod"
    ready      = true
  }
}
