import { goProvider } from "./go-provider.ts";

/** A provider on terraform-plugin-framework that does nothing, in tools/floor. */
export const floorProvider = goProvider({
  folder: "floor",
  packagePath: ".",
  namespace: "hikube",
  type: "floor",
  version: "1.19.0",
});
