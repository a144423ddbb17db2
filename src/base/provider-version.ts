import packageJson from "../../package.json" with { type: "json" };

/** Version of this provider, without `v`. */
export const providerVersion: string = packageJson.version;
