data "hikube_instance_types" "small" {
  series     = "u1"
  min_vcpus  = 2
  max_memory = "16Gi"
}

output "small" {
  value = data.hikube_instance_types.small.names
}
