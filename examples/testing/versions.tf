terraform {
  required_version = ">= 1.7"

  required_providers {
    hikube = { source = "hikube/hikube" }
  }
}
