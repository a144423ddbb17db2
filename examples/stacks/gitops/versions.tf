terraform {
  required_version = ">= 1.8"

  required_providers {
    hikube = {
      source  = "hikube/hikube"
      version = ">= 0.1"
    }
  }
}
