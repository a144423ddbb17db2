import { didYouMean, got } from "../../base/did-you-mean.ts";
import { isJsonObject } from "../../base/json.ts";
import { quantityEqual } from "../../base/quantity.ts";
import { addonNames, addonName as catalogueName } from "../../core/platform/addon-catalogue.ts";
import { normaliseVersion } from "../../core/platform/versions.ts";
import {
  argument,
  email,
  hostPattern,
  isClusterKey,
  labelKey,
  labelValue,
  roleName,
  versionFormat,
} from "../../core/validate/formats.ts";
import { all, type Check, each, notEmpty, unique } from "../../schema/check.ts";
import { readHelmYaml, YamlError } from "./yaml/helm-yaml.ts";

// The formats are in `core/validate`; this file has only the checks specific to attributes.

export const quantitiesEqual = (a: string, b: string): boolean => quantityEqual(a, b);

export const version: Check<string> = versionFormat;

export const versionsEqual = (a: string, b: string): boolean => {
  const left = normaliseVersion(a);
  return left !== undefined && left === normaliseVersion(b);
};

export const clusterId: Check<string> = (value) =>
  isClusterKey(value) ? undefined : `must be \`namespace/cluster\`, the \`id\` of a hikube_cluster; ${got(value)}`;

export const addonName: Check<string> = (value) => {
  if (catalogueName(value) !== undefined) return undefined;
  const meant = didYouMean(
    value,
    addonNames.map(({ name }) => name),
  );
  return `must be one of ${addonNames.map(({ name }) => `"${name}"`).join(", ")}; ${got(value)}${meant === "" ? "" : `.${meant}`}`;
};

export const addonNamesEqual = (a: string, b: string): boolean => {
  const left = catalogueName(a);
  return left !== undefined && left === catalogueName(b);
};

/** Checks the labels of the cluster object. */
export const labels: Check<Readonly<Record<string, string>>> = (value) =>
  annotations(value) ??
  each<[string, string]>(([key, text]) => {
    const complaint = labelValue(text);
    return complaint === undefined ? undefined : `${complaint} for the key ${JSON.stringify(key)}`;
  })(Object.entries(value));

/** Maximum total size of the annotations of an object, in bytes. */
const mostAnnotationBytes = 256 * 1024;

export const annotations: Check<Readonly<Record<string, string>>> = (value) => {
  const complaint = each(labelKey)(Object.keys(value));
  if (complaint !== undefined) return complaint;
  const bytes = Object.entries(value).reduce(
    (sum, [key, text]) => sum + Buffer.byteLength(key) + Buffer.byteLength(text),
    0,
  );
  return bytes > mostAnnotationBytes ? `must have at most 256 KiB in all; got ${bytes} bytes` : undefined;
};

export const roles: Check<readonly string[]> = each(roleName);
export const hosts: Check<readonly string[]> = all(each(hostPattern), unique);
export const apiServerArguments: Check<readonly string[]> = all(each(argument), unique);
export const emailAddress: Check<string> = all(notEmpty, email);

/** Checks for a YAML mapping as Helm reads it. The message contains reason and position, not the content, which may be secret. */
export const yamlObject: Check<string> = (value) => {
  const complaint = readsAsMapping(value);
  return complaint === undefined || "json" in complaint ? undefined : complaint.text;
};

function readsAsMapping(value: string): { readonly json: object | null } | { readonly text: string } {
  try {
    const json = readHelmYaml(value);
    return isJsonObject(json) || json === null
      ? { json }
      : { text: "must be a YAML mapping, for example `cert-manager: { … }`" };
  } catch (error) {
    if (error instanceof YamlError) return { text: `is not valid YAML: ${error.message}` };
    throw error;
  }
}

/** Checks the API server's configuration file; the API server does not start with another kind of file. */
export const authenticationConfiguration: Check<string> = (value) => {
  if (value === "") return undefined;
  const read = readsAsMapping(value);
  if ("text" in read) return read.text;
  const { apiVersion, kind } = (read.json ?? {}) as { apiVersion?: unknown; kind?: unknown };
  const served = typeof apiVersion === "string" && apiVersion.startsWith("apiserver.config.k8s.io/");
  return served && kind === "AuthenticationConfiguration"
    ? undefined
    : "must be YAML with `apiVersion: apiserver.config.k8s.io/v1beta1` and `kind: AuthenticationConfiguration`";
};
