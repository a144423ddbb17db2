import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { ClientCertificate } from "../http/connection.ts";

/** Returns PEM text, decoded if it is in base64; variables called `…_DATA` may contain either. */
export function pemFrom(text: string): string {
  return text.includes("-----BEGIN") ? text : Buffer.from(text, "base64").toString("utf8");
}

/** Returns why a text is not PEM, to be appended to its name; undefined if it is valid. */
export function pemComplaint(text: string): string | undefined {
  if (pemFrom(text).includes("-----BEGIN")) return undefined;
  return isPath(text)
    ? `must be PEM text, but looks like a path. Write \`file(${JSON.stringify(text.trim())})\``
    : 'must be PEM text, which begins with "-----BEGIN", or the same in base64';
}

/** Whether a text is the path of a file rather than its content. */
export const isPath = (text: string): boolean =>
  /^[^\n:{]*$/.test(text.trim()) &&
  text.trim().length < 1_024 &&
  (/[/\\]/.test(text) || /^[\w.-]+\.(?:pem|crt|cer|key|ca|ya?ml|conf|config|json)$/i.test(text.trim())) &&
  !/^[A-Za-z0-9+/]{60,}={0,2}$/.test(text.trim());

/** Returns why the certificate of an authority is invalid; undefined if it is valid. */
export function authorityComplaint(pem: string): string | undefined {
  if (readCertificate(pem) !== undefined) return undefined;
  return pemComplaint(pem) ?? "is not a certificate that can be read";
}

/**
 * Returns why a client certificate cannot be used: an encrypted key, a key of another certificate, or a certificate that has expired or
 * is not valid yet at `now`. Undefined if it can be used. The text quotes neither certificate nor key.
 */
export function clientCertificateComplaint({ certificate, key }: ClientCertificate, now: number): string | undefined {
  const parsed = readCertificate(certificate);
  if (parsed === undefined) return `its certificate ${pemComplaint(certificate) ?? "cannot be read"}`;
  if (isEncrypted(key)) {
    return "its key is encrypted, and the provider cannot ask for the passphrase; decrypt it with `openssl pkey -in key.pem -out plain.pem`";
  }
  const readKey = readPrivateKey(key);
  if (readKey === undefined) return `its key ${pemComplaint(key) ?? "cannot be read"}`;
  if (!parsed.checkPrivateKey(readKey)) return "its key does not belong to its certificate";
  const at = new Date(now).toISOString();
  const end = Date.parse(parsed.validTo);
  if (now > end) return `it expired at ${new Date(end).toISOString()}, and it is ${at} on this machine`;
  const start = Date.parse(parsed.validFrom);
  if (now < start) return `it is not valid before ${new Date(start).toISOString()}, and it is ${at} on this machine`;
  return undefined;
}

const isEncrypted = (key: string): boolean =>
  key.includes("-----BEGIN ENCRYPTED PRIVATE KEY-----") || /Proc-Type:\s*4,\s*ENCRYPTED/.test(key);

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
