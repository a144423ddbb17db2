# A kubeconfig that logs in through OpenID Connect. It contains no secret.
output "kubeconfig" {
  value = provider::hikube::kubeconfig({
    host    = "https://kubernetes-prod.example.org:443"
    context = "prod"
    exec = {
      api_version = "client.authentication.k8s.io/v1"
      command     = "kubectl"
      args        = ["oidc-login", "get-token", "--oidc-issuer-url=https://login.example.org", "--oidc-client-id=kubernetes"]
    }
  })
}
