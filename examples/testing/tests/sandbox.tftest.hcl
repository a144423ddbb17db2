# On a platform: the provider takes it from KUBECONFIG, or from HIKUBE_HOST and its siblings.

provider "hikube" {}

variables {
  name = "testing"
}

run "create" {
  assert {
    condition     = hikube_cluster.this.ready && startswith(hikube_cluster.this.kubernetes_version, "v1.33.")
    error_message = "The cluster does not run the version that was asked for."
  }
  assert {
    condition     = endswith(output.cluster_id, "/testing") && startswith(output.endpoint, "https://")
    error_message = "The outputs do not lead to the cluster."
  }
  assert {
    condition     = hikube_nodegroup.this["general"].ready_replicas >= 1
    error_message = "The node group has no node."
  }
}

run "upgrade" {
  variables {
    kubernetes_version = "1.34"
    metrics            = true
  }

  assert {
    condition     = startswith(hikube_cluster.this.kubernetes_version, "v1.34.")
    error_message = "The cluster was not upgraded."
  }
  assert {
    condition     = hikube_addon.cert_manager.ready && hikube_addon.cert_manager.values.cert-manager.prometheus.enabled
    error_message = "The add-on does not run with its new values."
  }
}
