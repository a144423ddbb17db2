import manifest from "../../package.json" with { type: "json" };

/** The provider's version. */
export const version: string = manifest.version;
