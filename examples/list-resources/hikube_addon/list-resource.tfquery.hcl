# The add-ons of all clusters of the provider's namespace, with their settings.
list "hikube_addon" "all" {
  provider         = hikube
  include_resource = true
  limit            = 500
}
