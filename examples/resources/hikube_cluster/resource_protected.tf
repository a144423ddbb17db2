# A cluster that a plan cannot destroy.
resource "hikube_cluster" "critical" {
  name                = "critical"
  deletion_protection = true

  control_plane = {
    replicas = 3
  }

  lifecycle {
    prevent_destroy = true
  }
}
