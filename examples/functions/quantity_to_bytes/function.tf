# Sums of sizes need numbers.
output "gibibytes" {
  value = sum([for size in ["20Gi", "512Mi"] : provider::hikube::quantity_to_bytes(size)]) / pow(1024, 3)
}
