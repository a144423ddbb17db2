import { readFile } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { ClientCertificate, Connection } from "../http/connection.ts";
import { KubeError } from "../kube-error.ts";
import { createExecCredential } from "./exec-credential.ts";
import type { RunCommand } from "./run-command.ts";

/** The credentials of one request. */
export interface RequestCredentials {
  readonly authorization: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  /** Records that the server rejected them; returns whether new ones may be available. */
  refused(): boolean;
}

/** Provides each request with credentials. */
export interface CredentialSource {
  /** Throws KubeError `Credential` or `Aborted`. */
  forRequest(signal?: AbortSignal): Promise<RequestCredentials>;
  /** Ends a running credential plugin. */
  close(): void;
}

export function createCredentialSource(
  connection: Connection,
  options: { readonly clock: Clock; readonly log: Log; readonly run?: RunCommand },
): CredentialSource {
  const { credential, clientCertificate, origins } = connection;
  const close = () => {};
  const fixed = (authorization: string | undefined): CredentialSource => {
    const credentials: RequestCredentials = { authorization, clientCertificate, refused: () => false };
    return { forRequest: () => Promise.resolve(credentials), close };
  };
  switch (credential.kind) {
    case "none":
      return fixed(undefined);
    case "token":
      return fixed(bearer(credential.token, origins.credential));
    case "basic":
      return fixed(`Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`);
    case "tokenFile":
      // Projected tokens are replaced at any time, so the file is read for each request; it is small.
      return {
        forRequest: async () => ({
          authorization: bearer(await readToken(credential), `the file ${credential.path}`),
          clientCertificate,
          refused: () => true,
        }),
        close,
      };
    case "exec": {
      const source = createExecCredential(credential.plugin, options);
      return {
        forRequest: async (signal) => {
          const given = await source.get(signal);
          const origin = `the credential plugin \`${credential.plugin.command}\``;
          return {
            authorization: given.token === undefined ? undefined : bearer(given.token, origin),
            clientCertificate: given.clientCertificate ?? clientCertificate,
            refused: () => {
              source.refused(given);
              return true;
            },
          };
        },
        close: () => source.close(),
      };
    }
  }
}

/** Returns the header of a token. Throws KubeError `Credential` for a token that is invalid in a header; the message does not quote it. */
export function bearer(token: string, origin: string): string {
  const clean = token.trim();
  if (/^[\x21-\x7e]+$/.test(clean)) return `Bearer ${clean}`;
  const what = clean === "" ? "is empty" : "holds a blank, a line break or a character that no token has";
  throw new KubeError("Credential", `The token of ${origin} ${what}.`, {
    summary: "Invalid token",
    hint: "Copy it again, as one line without quotes.",
  });
}

/** As kubectl: the file's token takes precedence; the other token is used while the file cannot be read or is empty. */
async function readToken({
  path,
  token,
}: {
  readonly path: string;
  readonly token: string | undefined;
}): Promise<string> {
  let cause: unknown;
  try {
    const text = (await readFile(path, "utf8")).trim();
    if (text !== "") return text;
  } catch (error) {
    cause = error;
  }
  if (token !== undefined) return token;
  const what = cause === undefined ? "is empty" : "cannot be read";
  throw new KubeError("Credential", `The token file ${path} ${what}.`, {
    hint: "Write a token to the file, or correct its path.",
    cause,
  });
}
