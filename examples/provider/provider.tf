terraform {
  required_providers {
    hikube = {
      source  = "hikube/hikube"
      version = ">= 0.1"
    }
  }
}

# The kubeconfig that Hikube hands out logs in through OpenID Connect (kubectl oidc-login).
provider "hikube" {
  config_path    = "~/.kube/hikube"
  config_context = "tenant-acme"

  # On the objects of all clusters, beside the labels of each.
  default_labels = {
    "example.org/cost-centre" = "4711"
  }
}

# The same without a file, e.g. in CI with a service account's token.
provider "hikube" {
  alias = "ci"

  host                   = "https://api.example.org"
  namespace              = "tenant-acme"
  token                  = var.hikube_token
  cluster_ca_certificate = var.hikube_ca
}

# With a token that is replaced from time to time, such as a projected service account token: the file is read for each request.
provider "hikube" {
  alias = "rotated"

  host                   = "https://api.example.org"
  namespace              = "tenant-acme"
  token_file             = "/var/run/secrets/hikube/token"
  cluster_ca_certificate = var.hikube_ca
}

variable "hikube_token" {
  type      = string
  sensitive = true
}

variable "hikube_ca" {
  type = string
}
