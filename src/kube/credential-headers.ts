import { readFile } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ClientCertificate, Connection } from "./connection.ts";
import { createExecCredential, type RunCommand } from "./exec-credential.ts";
import { KubeError } from "./kube-error.ts";

/** What one request shows to the server. */
export interface Proof {
  readonly authorization: string | undefined;
  readonly clientCertificate: ClientCertificate | undefined;
  /** Tells where it came from that the server refused it; answers whether a new one may be had. */
  refused(): boolean;
}

/** Gives each request its proof of identity. Throws KubeError `Credential` or `Aborted`. */
export type ProofSource = (signal?: AbortSignal) => Promise<Proof>;

export function createProofSource(
  connection: Connection,
  options: {
    readonly clock: Clock;
    readonly log: Log;
    readonly run?: RunCommand;
    readonly credentialTimeoutMs?: number;
  },
): ProofSource {
  const { credential, clientCertificate } = connection;
  const fixed = (authorization: string | undefined): ProofSource => {
    const proof: Proof = { authorization, clientCertificate, refused: () => false };
    return () => Promise.resolve(proof);
  };
  switch (credential.kind) {
    case "none":
      return fixed(undefined);
    case "token":
      return fixed(`Bearer ${credential.token}`);
    case "basic":
      return fixed(`Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString("base64")}`);
    case "tokenFile":
      // Projected tokens are replaced under our feet: the file is read each time, it is small.
      return async () => ({
        authorization: `Bearer ${await readToken(credential.path)}`,
        clientCertificate,
        refused: () => true,
      });
    case "exec": {
      const { credentialTimeoutMs: timeoutMs } = options;
      const source = createExecCredential(credential.plugin, {
        ...options,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
      return async (signal) => {
        const given = await source.get(signal);
        return {
          authorization: given.token === undefined ? undefined : `Bearer ${given.token}`,
          clientCertificate: given.clientCertificate ?? clientCertificate,
          refused: () => {
            source.refused(given);
            return true;
          },
        };
      };
    }
  }
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (cause) {
    throw new KubeError("Credential", `The token file ${path} cannot be read.`, { cause });
  }
}
