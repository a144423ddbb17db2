# A training job, made by the same apply. It runs on a node with a free GPU.

ephemeral "hikube_kubeconfig" "ml" {
  cluster_id = hikube_cluster.ml.id
}

provider "kubectl" {
  host                   = ephemeral.hikube_kubeconfig.ml.host
  cluster_ca_certificate = ephemeral.hikube_kubeconfig.ml.cluster_ca_certificate
  client_certificate     = ephemeral.hikube_kubeconfig.ml.client_certificate
  client_key             = ephemeral.hikube_kubeconfig.ml.client_key
  load_config_file       = false
}

resource "kubectl_manifest" "training" {
  yaml_body = yamlencode({
    apiVersion = "batch/v1"
    kind       = "Job"
    metadata   = { name = "training", namespace = "default" }
    spec = {
      backoffLimit = 2
      template = {
        spec = {
          restartPolicy = "Never"
          containers = [{
            name      = "training"
            image     = var.image
            command   = ["nvidia-smi"]
            resources = { limits = { "nvidia.com/gpu" = 1 } }
          }]
        }
      }
    }
  })

  depends_on = [hikube_nodegroup.ml, hikube_addon.gpu_operator]
}
