# A cluster that must not go away: three API servers, replicated storage, protection, monitoring, GitOps.

resource "hikube_cluster" "critical" {
  name                = var.name
  version             = var.kubernetes_version
  storage_class       = "replicated"
  deletion_protection = var.deletion_protection

  control_plane = {
    replicas = 3
  }

  timeouts = {
    update = "90m"
  }
}

resource "hikube_nodegroup" "production" {
  cluster_id    = hikube_cluster.critical.id
  name          = "production"
  instance_type = "m1.large"
  min_replicas  = 3
  max_replicas  = 20
}

resource "hikube_addon" "cert_manager" {
  cluster_id = hikube_cluster.critical.id
  name       = "cert-manager"
}

resource "hikube_addon" "monitoring" {
  cluster_id = hikube_cluster.critical.id
  name       = "monitoring-agents"

  # Platform 1.1 installs the agents only where cert-manager is.
  depends_on = [hikube_addon.cert_manager]
}

resource "hikube_addon" "fluxcd" {
  cluster_id = hikube_cluster.critical.id
  name       = "fluxcd"

  values = {
    flux-instance = {
      instance = {
        sync = {
          kind = "GitRepository"
          url  = var.git_url
          ref  = "refs/heads/main"
          path = "clusters/${var.name}"
        }
      }
    }
  }
}
