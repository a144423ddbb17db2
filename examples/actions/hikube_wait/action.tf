# The creation and every change return as soon as the platform has accepted them; the action waits once for the result.
resource "hikube_cluster" "prod" {
  name     = "prod"
  wait_for = "accepted"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.hikube_wait.prod]
    }
  }
}

# Also on request: `terraform apply -invoke=action.hikube_wait.prod`
action "hikube_wait" "prod" {
  config {
    cluster_id = hikube_cluster.prod.id
    timeout    = "1h"
  }
}
