import { expect, test } from "vitest";
import { redact } from "../../../src/base/redact.ts";

const key = `-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIN\n-----END EC PRIVATE KEY-----`;

test.each([
  [`before ${key} after`, "before [private key redacted] after"],
  [JSON.stringify({ key }), '{"key":"[private key redacted]"}'],
  ["-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg", "[private key redacted]"],
  ["authorization: Bearer abc.def-ghi_123", "authorization: Bearer [redacted]"],
  ["got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln back", "got [token redacted] back"],
  [`client-key-data: ${Buffer.from(key).toString("base64")}`, "client-key-data: [PEM redacted]"],
  ['{"id_token":"abc","refresh-token": "def"}', '{"id_token":"[redacted]","refresh-token": "[redacted]"}'],
  ["password=hunter2&user=me", "password=[redacted]&user=me"],
  ["client_secret: s3cr3t", "client_secret: [redacted]"],
  ["token: abcdef0123456789", "token: [redacted]"],
  ["https://me:hunter2@proxy.example:3128", "https://[redacted]@proxy.example:3128"],
  ['{\\"password\\":\\"hunter2\\"}', '{\\"password\\":\\"[redacted]\\"}'],
])("%j keeps no secret", (text, clean) => {
  expect(redact(text)).toBe(clean);
});

test.each([
  "invalid token: unauthorized",
  "the token expired",
  "https://api.example:6443/apis/apps.cozystack.io/v1alpha1",
  'kuberneteses.apps.cozystack.io "prod" not found',
  "-----BEGIN CERTIFICATE-----",
])("%j is left alone", (text) => {
  expect(redact(text)).toBe(text);
});
