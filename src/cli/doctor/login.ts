import { X509Certificate } from "node:crypto";
import type { Clock } from "../../base/clock.ts";
import { showDuration } from "../../base/duration.ts";
import { isJsonObject, type Json } from "../../base/json.ts";
import { stringAt } from "../../base/json-pointer.ts";
import { noLog } from "../../base/log.ts";
import { createExecCredential } from "../../kube/credentials/exec-credential.ts";
import type { Connection } from "../../kube/http/connection.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** A connection whose login was made once, and what is known of that login. */
export interface Login {
  readonly connection: Connection;
  /** The subject that a token or certificate names itself. */
  readonly subject: string | undefined;
  /** Ms since the epoch; undefined: not known, or never. */
  readonly expiresAt: number | undefined;
  /** Whether it is renewed by itself. */
  readonly renewed: boolean;
}

/** A shorter rest of a login that nothing renews is likely to end during an apply. */
const shortMs = 3_600_000;

/** Runs the credential plugin, if there is one, and reads what the credential says about itself. Throws KubeError. */
export async function readLogin(connection: Connection, clock: Clock, signal: AbortSignal): Promise<Login> {
  const { credential } = connection;
  if (credential.kind === "exec") {
    const source = createExecCredential(credential.plugin, { clock, log: noLog });
    try {
      const given = await source.get(signal);
      const certificate = given.clientCertificate ?? connection.clientCertificate;
      const made: Connection = {
        ...connection,
        clientCertificate: certificate,
        credential: given.token === undefined ? { kind: "none" } : { kind: "token", token: given.token },
      };
      const own = given.token === undefined ? ofCertificate(certificate?.certificate) : ofToken(given.token);
      return { connection: made, ...own, expiresAt: given.expiresAt ?? own.expiresAt, renewed: true };
    } finally {
      source.close();
    }
  }
  const own =
    credential.kind === "token" ? ofToken(credential.token) : ofCertificate(connection.clientCertificate?.certificate);
  return { connection, ...own, renewed: credential.kind === "tokenFile" };
}

type Own = Pick<Login, "subject" | "expiresAt">;

/** Reads a JSON Web Token; other tokens say nothing about themselves. */
function ofToken(token: string): Own {
  const [, payload] = /^ey[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token.trim()) ?? [];
  const claims = payload === undefined ? undefined : parsed(Buffer.from(payload, "base64url").toString("utf8"));
  const expiry = isJsonObject(claims) ? claims["exp"] : undefined;
  const subject = ["preferred_username", "email", "sub"].map((claim) => stringAt(claims, [claim])).find(Boolean);
  return { subject, expiresAt: typeof expiry === "number" ? expiry * 1000 : undefined };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function ofCertificate(pem: string | undefined): Own {
  if (pem === undefined) return { subject: undefined, expiresAt: undefined };
  const { subject, validTo } = new X509Certificate(pem);
  return { subject: /^CN=(.*)$/m.exec(subject)?.[1], expiresAt: Date.parse(validTo) };
}

/** Returns the user name that the platform has for this login; undefined if it does not tell. Throws KubeError if it refuses the login. */
export async function whoAmI(client: KubeClient, signal: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await client.request({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
      signal,
    });
    return stringAt(answer, ["status", "userInfo", "username"]);
  } catch (error) {
    const isUntold = error instanceof KubeError && ["NotFound", "Forbidden", "Unsupported"].includes(error.code);
    if (!isUntold) throw error;
  }
  // Every user who is logged in may read what the API serves.
  await client.request({ method: "GET", path: "/apis/apps.cozystack.io/v1alpha1", signal });
  return undefined;
}

/** Returns the finding about a login that the platform accepted. @param now ms since the epoch. */
export function loginFinding(
  { connection, subject, expiresAt, renewed }: Login,
  user: string | undefined,
  now: number,
): Finding {
  const who = user ?? subject ?? "a user whom the platform does not name";
  const from = `as ${who}, with ${connection.origins.credential}`;
  if (user === "system:anonymous") {
    const advice = "Set a token, a client certificate or a credential plugin, or use the kubeconfig from Hikube.";
    return problem("login", "no user is logged in: the platform sees an anonymous one", { advice });
  }
  if (expiresAt === undefined) return ok("login", from);
  const until = `${from}, until ${new Date(expiresAt).toISOString()}`;
  if (renewed) return ok("login", `${until}; it is renewed by itself`);
  const left = expiresAt - now;
  if (left > shortMs) return ok("login", until);
  const advice = "Log in again before an apply that lasts longer.";
  return warning("login", `${until}, in ${showDuration(Math.max(0, left))}`, { advice });
}

/** Returns the finding about a login that failed. */
export const loginFailure = ({ message, hint }: KubeError): Finding =>
  problem("login", message, { advice: hint ?? "Log in again, or get a new kubeconfig from Hikube." });
