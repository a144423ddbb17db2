resource "hikube_cluster" "prod" {
  name                = "prod"
  version             = "1.34"
  storage_class       = "replicated"
  deletion_protection = false

  control_plane = {
    replicas = 3
    api_server = {
      resources = { cpu = "2", memory = "4Gi" }
    }
  }

  labels = {
    "example.org/team" = "platform"
  }
}
