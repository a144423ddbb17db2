resource "hikube_cluster" "prod" {
  name = "prod"
}

# Opens as soon as the cluster is ready. Nothing of it is stored in the plan or the state.
ephemeral "hikube_kubeconfig" "prod" {
  cluster_id = hikube_cluster.prod.id
}

provider "kubectl" {
  host                   = ephemeral.hikube_kubeconfig.prod.host
  cluster_ca_certificate = ephemeral.hikube_kubeconfig.prod.cluster_ca_certificate
  client_certificate     = ephemeral.hikube_kubeconfig.prod.client_certificate
  client_key             = ephemeral.hikube_kubeconfig.prod.client_key
  load_config_file       = false
}

resource "kubectl_manifest" "team" {
  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Namespace"
    metadata   = { name = "team" }
  })
}
