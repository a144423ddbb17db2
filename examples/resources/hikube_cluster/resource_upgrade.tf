# Several minor versions in one apply, each waited for until all nodes run it.
resource "hikube_cluster" "staging" {
  name             = "staging"
  version          = "1.35"
  upgrade_strategy = "stepwise"

  timeouts = {
    update = "3h"
  }
}
