# Users log in with an identity provider. Platform 1.6 or newer.
resource "hikube_cluster" "team" {
  name = "team"

  oidc = {
    mode = "CustomConfig"
    custom_config = {
      config = yamlencode({
        apiVersion = "apiserver.config.k8s.io/v1beta1"
        kind       = "AuthenticationConfiguration"
        jwt = [{
          issuer = {
            url       = "https://login.example.org"
            audiences = ["kubernetes"]
          }
          claimMappings = {
            username = { claim = "email", prefix = "oidc:" }
          }
        }]
      })
    }
  }
}
