data "hikube_gpus" "l40s" {
  name_regex = "L40S"
}

# The device name for `gpus` of a node group.
output "l40s" {
  value = one(data.hikube_gpus.l40s.names)
}
