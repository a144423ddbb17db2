import { isUpToDate, runScript } from "../freshness.ts";
import { checksumsFile } from "./files.ts";

/** Makes the files of a release where there are none or where the sources are newer. */
export function ensurePackaged(): void {
  if (!isUpToDate(checksumsFile, ["src", "schemas", "scripts", "package.json"])) runScript("package.ts");
}
