# The minor versions that an upgrade goes through, one apply after another.
output "steps" {
  value = provider::hikube::upgrade_path("1.32", "1.34")
}
