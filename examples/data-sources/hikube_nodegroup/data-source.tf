data "hikube_nodegroup" "web" {
  cluster_id = "tenant-acme/prod"
  name       = "web"
}

output "most_nodes" {
  value = data.hikube_nodegroup.web.max_replicas
}
