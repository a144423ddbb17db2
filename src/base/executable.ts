import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { version } from "./version.ts";

/** Whether this process is the released executable. Bun has compiled it; from the sources, the provider runs on Node. */
export const isExecutable = process.versions["bun"] !== undefined;

/**
 * The file that starts this program. On Linux a release starts it by a script in the folder above, and maybe by a loader beside it, which
 * is the file of the process then.
 */
export function programFile(): string {
  const launcher = join(dirname(dirname(process.execPath)), `terraform-provider-hikube_v${version}`);
  return isExecutable && existsSync(launcher) ? launcher : process.execPath;
}
