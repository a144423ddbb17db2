variable "backup_key" {
  type      = string
  sensitive = true
  default   = "change me"
}

resource "hikube_cluster" "prod" {
  name = "prod"
}

resource "hikube_addon" "cert_manager" {
  cluster_id = hikube_cluster.prod.id
  name       = "cert-manager"

  values = {
    cert-manager = {
      prometheus = { enabled = false }
    }
  }
}

# Secret values are sent, and kept nowhere.
resource "hikube_addon" "velero" {
  cluster_id  = hikube_cluster.prod.id
  name        = "velero"
  values_yaml = <<-YAML
    velero:
      snapshotsEnabled: false
  YAML

  values_wo = {
    velero = { credentials = { secretContents = { cloud = var.backup_key } } }
  }
  values_wo_version = 1
}
