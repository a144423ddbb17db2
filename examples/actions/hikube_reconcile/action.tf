resource "hikube_cluster" "prod" {
  name = "prod"
}

# Run on request: `terraform apply -invoke=action.hikube_reconcile.prod`
action "hikube_reconcile" "prod" {
  config {
    cluster_id = hikube_cluster.prod.id
  }
}
