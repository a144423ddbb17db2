variable "kubeconfig" {
  description = "Content of a kubeconfig, e.g. from a secret store."
  type        = string
  sensitive   = true
  default     = <<-YAML
    apiVersion: v1
    kind: Config
    current-context: prod
    contexts:
      - { name: prod, context: { cluster: prod, user: ci } }
    clusters:
      - { name: prod, cluster: { server: "https://kubernetes-prod.example.org:443" } }
    users:
      - { name: ci, user: { token: example } }
  YAML
}

locals {
  prod = provider::hikube::parse_kubeconfig(var.kubeconfig)
}

# The attributes have the argument names of hashicorp/kubernetes: `host = local.prod.host`, `token = local.prod.token`, …
output "host" {
  value = nonsensitive(local.prod.host)
}
