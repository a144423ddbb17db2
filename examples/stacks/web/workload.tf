# What runs in the cluster, made by the same apply: a web server behind the ingress, with a certificate.

ephemeral "hikube_kubeconfig" "web" {
  cluster_id = hikube_cluster.web.id
}

provider "kubectl" {
  host                   = ephemeral.hikube_kubeconfig.web.host
  cluster_ca_certificate = ephemeral.hikube_kubeconfig.web.cluster_ca_certificate
  client_certificate     = ephemeral.hikube_kubeconfig.web.client_certificate
  client_key             = ephemeral.hikube_kubeconfig.web.client_key
  load_config_file       = false
}

resource "kubectl_manifest" "namespace" {
  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Namespace"
    metadata   = { name = "shop" }
  })

  # Nodes first: a destroy then removes what runs on them before it removes the nodes.
  depends_on = [hikube_nodegroup.web]
}

resource "kubectl_manifest" "server" {
  yaml_body = yamlencode({
    apiVersion = "apps/v1"
    kind       = "Deployment"
    metadata   = { name = "shop", namespace = kubectl_manifest.namespace.name }
    spec = {
      replicas = 2
      selector = { matchLabels = { app = "shop" } }
      template = {
        metadata = { labels = { app = "shop" } }
        spec = {
          containers = [{
            name      = "server"
            image     = var.image
            ports     = [{ containerPort = 80 }]
            resources = { requests = { cpu = "250m", memory = "128Mi" } }
          }]
        }
      }
    }
  })
}

resource "kubectl_manifest" "service" {
  yaml_body = yamlencode({
    apiVersion = "v1"
    kind       = "Service"
    metadata   = { name = "shop", namespace = kubectl_manifest.namespace.name }
    spec       = { selector = { app = "shop" }, ports = [{ port = 80 }] }
  })
}

resource "kubectl_manifest" "issuer" {
  yaml_body = yamlencode({
    apiVersion = "cert-manager.io/v1"
    kind       = "ClusterIssuer"
    metadata   = { name = "letsencrypt" }
    spec = {
      acme = {
        server              = "https://acme-v02.api.letsencrypt.org/directory"
        privateKeySecretRef = { name = "letsencrypt" }
        solvers             = [{ http01 = { ingress = { ingressClassName = "nginx" } } }]
      }
    }
  })

  depends_on = [hikube_addon.cert_manager]
}

resource "kubectl_manifest" "ingress" {
  yaml_body = yamlencode({
    apiVersion = "networking.k8s.io/v1"
    kind       = "Ingress"
    metadata = {
      name        = "shop"
      namespace   = kubectl_manifest.namespace.name
      annotations = { "cert-manager.io/cluster-issuer" = kubectl_manifest.issuer.name }
    }
    spec = {
      ingressClassName = "nginx"
      tls              = [{ hosts = var.hosts, secretName = "shop-tls" }]
      rules = [for host in var.hosts : {
        host = host
        http = { paths = [{
          path     = "/"
          pathType = "Prefix"
          backend  = { service = { name = kubectl_manifest.service.name, port = { number = 80 } } }
        }] }
      }]
    }
  })

  depends_on = [hikube_addon.ingress_nginx]
}
