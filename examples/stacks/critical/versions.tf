terraform {
  required_version = ">= 1.10"

  required_providers {
    hikube = {
      source  = "hikube/hikube"
      version = ">= 0.1"
    }
    kubectl = {
      source  = "gavinbunney/kubectl"
      version = ">= 1.19"
    }
  }
}
