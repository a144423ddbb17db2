terraform {
  required_providers {
    hikube = {
      source  = "hikube/hikube"
      version = ">= 0.1"
    }
  }
}
