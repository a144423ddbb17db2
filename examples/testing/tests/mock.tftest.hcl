# Without any platform: what the module makes of its variables, and of what a platform would answer.

mock_provider "hikube" {}

mock_provider "hikube" {
  alias = "answering"

  mock_resource "hikube_cluster" {
    defaults = {
      endpoint           = "https://api.testing.example.org:6443"
      kubernetes_version = "v1.33.8"
      ready              = true
    }
  }
}

variables {
  name = "testing"
}

run "defaults" {
  command = plan

  assert {
    condition     = hikube_cluster.this.version == "1.33"
    error_message = "The default version is not planned."
  }
  assert {
    condition     = keys(hikube_nodegroup.this) == ["general"] && hikube_nodegroup.this["general"].instance_type == "s1.large"
    error_message = "The default node group is not planned."
  }
  assert {
    condition     = hikube_addon.cert_manager.values.cert-manager.prometheus.enabled == false
    error_message = "cert-manager is scraped without being configured."
  }
}

run "endpoint" {
  providers = {
    hikube = hikube.answering
  }

  assert {
    condition     = output.endpoint == "https://api.testing.example.org:6443" && hikube_cluster.this.ready
    error_message = "The output is not the cluster's endpoint."
  }
}

run "several_groups" {
  variables {
    node_groups = {
      web = { max_replicas = 4 }
      ml  = { instance_type = "u1.xlarge", min_replicas = 0, max_replicas = 2 }
    }
  }

  assert {
    condition     = output.most_nodes == 6
    error_message = "The maxima of the node groups do not add up."
  }
  assert {
    condition     = alltrue([for group in hikube_nodegroup.this : group.cluster_id == output.cluster_id])
    error_message = "A node group belongs to another cluster."
  }
}

run "no_group" {
  command = plan

  variables {
    node_groups = {}
  }

  expect_failures = [var.node_groups]
}
