import type { Credential, Environment } from "../http/connection.ts";
import { KubeError } from "../kube-error.ts";
import { expandHome } from "./home-directory.ts";

/** Returns why a text is not the path of a token file, to be appended to its name; undefined if it may be one. */
export const tokenFileComplaint = (path: string): string | undefined =>
  /^ey[\w-]+\.[\w-]+\.[\w-]*$|\n/.test(path.trim())
    ? "must be the path of a file, but looks like a token. Use `token`"
    : undefined;

/** Returns the credential of a token file. Throws KubeError `Credential` for a token in place of a path; the message does not quote it. */
export function tokenFileCredential(path: string, env: Environment, origin: string): Credential {
  const complaint = tokenFileComplaint(path);
  if (complaint === undefined) return { kind: "tokenFile", path: expandHome(path, env), token: undefined };
  throw new KubeError("Credential", `${origin} ${complaint}.`, {
    summary: "Invalid token file",
    setting: "token_file",
  });
}
