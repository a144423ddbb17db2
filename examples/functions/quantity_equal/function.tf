# Whether a node group has the memory that was asked for, whatever the spelling.
output "is_same_size" {
  value = provider::hikube::quantity_equal("16Gi", "16384Mi")
}
