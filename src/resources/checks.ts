import { isJsonObject } from "../base/json.ts";
import { addonNames, addonName as catalogueName } from "../core/catalogue.ts";
import { parseQuantity, quantityEqual } from "../core/quantity.ts";
import { normaliseVersion } from "../core/versions.ts";
import type { Check } from "../schema/check.ts";
import { readHelmYaml, YamlError } from "./helm-yaml.ts";

/** A quantity as the platform reads it: `20Gi`, `500m`, `4`. */
export const quantity: Check<string> = (value) => {
  const parsed = parseQuantity(value);
  if (parsed === undefined) {
    return `must be a Kubernetes quantity such as "20Gi", "500m" or "4" (units Ki, Mi, Gi, Ti, k, M, G, T), not ${JSON.stringify(value)}`;
  }
  return parsed.numerator < 0n ? `must not be negative, but is ${JSON.stringify(value)}` : undefined;
};

export const quantitySame = (a: string, b: string): boolean => quantityEqual(a, b);

export const version: Check<string> = (value) =>
  normaliseVersion(value) === undefined
    ? `must be a Kubernetes version such as "1.34" or "v1.34", not ${JSON.stringify(value)}`
    : undefined;

export const versionSame = (a: string, b: string): boolean => {
  const left = normaliseVersion(a);
  return left !== undefined && left === normaliseVersion(b);
};

const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** The platform's rule: a DNS-1035 label; with the release prefix at most 53 characters (platform.md §1.3). */
export const clusterName: Check<string> = (value) => {
  if (!dns1035.test(value)) {
    return `must begin with a lower case letter and hold lower case letters, digits and "-" only, not ${JSON.stringify(value)}`;
  }
  return value.length > 42 ? `must be no longer than 42 characters, but has ${value.length}` : undefined;
};

const dns1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** The platform does not check group names, it breaks on them (platform.md §3.6). */
export const groupName: Check<string> = (value) =>
  dns1123.test(value)
    ? undefined
    : `must hold lower case letters, digits and "-" only, and begin and end with a letter or digit, not ${JSON.stringify(value)}`;

/** A namespace is a DNS-1123 label. */
export const namespaceName: Check<string> = (value) =>
  dns1123.test(value) && value.length <= 63
    ? undefined
    : `must hold lower case letters, digits and "-" only, at most 63 of them, and begin and end with a letter or digit, not ${JSON.stringify(value)}`;

export const clusterId: Check<string> = (value) =>
  value.split("/").length === 2 && value.split("/").every((part) => dns1123.test(part))
    ? undefined
    : `must be \`namespace/cluster\`, the \`id\` of a hikube_cluster, not ${JSON.stringify(value)}`;

export const addonName: Check<string> = (value) =>
  catalogueName(value) === undefined
    ? `must be one of ${addonNames.map(({ name }) => `"${name}"`).join(", ")}, not ${JSON.stringify(value)}`
    : undefined;

export const addonNameSame = (a: string, b: string): boolean => {
  const left = catalogueName(a);
  return left !== undefined && left === catalogueName(b);
};

/** A mapping in YAML as Helm reads it. The reason and the place are told, the content is not: it may be secret. */
export const yamlObject: Check<string> = (value) => {
  try {
    const json = readHelmYaml(value);
    return isJsonObject(json) || json === null
      ? undefined
      : "must be a YAML mapping, for example `cert-manager: { … }`";
  } catch (error) {
    if (error instanceof YamlError) return `is not valid YAML: ${error.message}`;
    throw error;
  }
};
