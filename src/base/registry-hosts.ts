/** The default registries of Terraform and OpenTofu, which complete `source = "acme/foo"`. */
export const registryHosts = ["registry.terraform.io", "registry.opentofu.org"] as const;
