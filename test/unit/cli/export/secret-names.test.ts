import { describe, expect, test } from "vitest";
import { isSecretSetting } from "../../../../src/cli/export/secret-names.ts";

const isSecret = (path: string, value = "some-value") => isSecretSetting(path.split("."), value);

describe("a secret in Helm values", () => {
  test.each([
    "grafana.adminPassword",
    "a.password",
    "cert-manager.api_key",
    "fluxcd.git.token",
    "a.clientSecret",
    "a.aws.secretKey",
    "a.AWS_SECRET_ACCESS_KEY",
    "velero.credentials.secretContents.cloud",
    "a.stringData.anything",
    "a.env.DB_PASSWORD",
    "a.secrets.0.value",
  ])("is %s", (path) => {
    expect(isSecret(path)).toBe(true);
  });

  test.each([
    ["a.url", "https://user:pw@example.org"],
    ["a.pem", "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----"],
    ["a.args.0", "--token=abcdef0123456789"],
  ])("is %s by its form", (path, value) => {
    expect(isSecret(path, value)).toBe(true);
  });

  test.each([
    "a.existingSecret",
    "a.secretName",
    "a.passwordSecretRef.name",
    "a.tokenSecretRef.key",
    "a.imagePullSecrets.0.name",
    "a.credentials.existingSecret",
    "a.tokenTTL",
    "a.passwordFile",
    "a.image.tag",
    "a.secretNamespace",
    "a.replicaCount",
    "a.monkey",
  ])("is not %s", (path) => {
    expect(isSecret(path)).toBe(false);
  });

  test("is not an empty value", () => {
    expect(isSecret("a.password", "")).toBe(false);
  });
});
