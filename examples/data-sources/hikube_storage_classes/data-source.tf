data "hikube_storage_classes" "here" {}

output "default" {
  value = data.hikube_storage_classes.here.default_storage_class
}
