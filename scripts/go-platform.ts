/** Operating system and architecture as Go, and so Terraform, calls them, e.g. `linux_amd64`. */
export const goPlatform = `${process.platform === "win32" ? "windows" : process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
