# A database with a replicated volume, made by the same apply.

ephemeral "hikube_kubeconfig" "critical" {
  cluster_id = hikube_cluster.critical.id
}

provider "kubectl" {
  host                   = ephemeral.hikube_kubeconfig.critical.host
  cluster_ca_certificate = ephemeral.hikube_kubeconfig.critical.cluster_ca_certificate
  client_certificate     = ephemeral.hikube_kubeconfig.critical.client_certificate
  client_key             = ephemeral.hikube_kubeconfig.critical.client_key
  load_config_file       = false
}

resource "kubectl_manifest" "namespace" {
  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Namespace"
    metadata   = { name = "database" }
  })

  depends_on = [hikube_nodegroup.production]
}

# The default class of the cluster stores volumes as its `storage_class` says: replicated.
resource "kubectl_manifest" "volume" {
  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "PersistentVolumeClaim"
    metadata   = { name = "data", namespace = kubectl_manifest.namespace.name }
    spec = {
      accessModes = ["ReadWriteOnce"]
      resources   = { requests = { storage = "20Gi" } }
    }
  })
}

resource "kubectl_manifest" "database" {
  yaml_body = yamlencode({
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = { name = "database", namespace = kubectl_manifest.namespace.name }
    spec = {
      replicas = 1
      strategy = { type = "Recreate" }
      selector = { matchLabels = { app = "database" } }
      template = {
        metadata = { labels = { app = "database" } }
        spec = {
          containers = [{
            name         = "database"
            image        = var.image
            volumeMounts = [{ name = "data", mountPath = "/var/lib/data" }]
            resources    = { requests = { cpu = "500m", memory = "1Gi" } }
          }]
          volumes = [{ name = "data", persistentVolumeClaim = { claimName = kubectl_manifest.volume.name } }]
        }
      }
    }
  })
}

resource "kubectl_manifest" "isolation" {
  yaml_body = yamlencode({
    apiVersion = "networking.k8s.io/v1"
    kind       = "NetworkPolicy"
    metadata   = { name = "isolation", namespace = kubectl_manifest.namespace.name }
    spec = {
      podSelector = { matchLabels = { app = "database" } }
      policyTypes = ["Ingress"]
      ingress     = [{ from = [{ podSelector = { matchLabels = { access = "database" } } }] }]
    }
  })
}
