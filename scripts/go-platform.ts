/** Operating system and architecture as Go, and so Terraform, calls them. */
export const goPlatforms = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64"] as const;

export type GoPlatform = (typeof goPlatforms)[number];

const name = `${process.platform === "win32" ? "windows" : process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

/** This machine's. Throws for a platform without a release. */
export const goPlatform: GoPlatform = (() => {
  const known = goPlatforms.find((platform) => platform === name);
  if (known === undefined)
    throw new Error(`There is no executable for ${name}; there is one for ${goPlatforms.join(", ")}.`);
  return known;
})();
