/** Patterns of secrets in texts from other programs, and their replacements. */
const SECRETS: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // PEM private keys, whole or cut off, with real or escaped line ends.
  [/-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, "[private key redacted]"],
  // Private keys and certificates in base64 ("-----BEGIN" encoded), as in kubeconfigs and Secrets.
  [/LS0tLS1CRUdJT[A-Za-z0-9+/=_-]*/g, "[PEM redacted]"],
  [/\b(Bearer|Basic)(\s+|%20)[A-Za-z0-9._~+/=-]{6,}/gi, "$1$2[redacted]"],
  // JSON web tokens: service accounts and OIDC.
  [/\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)*/g, "[token redacted]"],
  // key: value, "key": "value", key=value.
  [
    /((?:client[-_]?(?:key|certificate)[-_]?data|(?:id|access|refresh|bearer|api)[-_]?token|password|passwd|client[-_]?secret|api[-_]?key)\\?["']?\s*[:=]\s*\\?["']?)[^\s"'\\,;&}[][^\s"'\\,;&}]*/gi,
    "$1[redacted]",
  ],
  // `token` is also a common word: only a long value with a digit is redacted.
  [/(\btoken\\?["']?\s*[:=]\s*\\?["']?)(?=[A-Za-z._~+/=-]*[0-9])[A-Za-z0-9._~+/=-]{12,}/gi, "$1[redacted]"],
  [/(\/\/)[^\s/@:]*:[^\s/@]+@/g, "$1[redacted]@"],
];

/**
 * Removes credentials from a text: private keys, bearer and JSON web tokens, kubeconfig data, passwords in key-value pairs and URLs.
 * For log lines and for errors that quote other programs. The provider's own texts contain no secrets.
 */
export function redact(text: string): string {
  let clean = text;
  for (const [pattern, replacement] of SECRETS) clean = clean.replace(pattern, replacement);
  return clean;
}
