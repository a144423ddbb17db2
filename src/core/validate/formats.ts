import { durationMeant, got } from "../../base/did-you-mean.ts";
import { normaliseVersion } from "../platform/versions.ts";

/**
 * Returns the problem of a text as the end of a sentence that begins with the setting's name: "must be X; got Y. Did you mean Z?";
 * undefined for a valid text. The platform checks none of these rules, or only minutes later.
 */
export type Format = (value: string) => string | undefined;

const must = (what: string, value: string, meant?: string): string =>
  `must ${what}; ${got(value)}${meant === undefined || meant === value ? "" : `. Did you mean \`${meant}\`?`}`;

const fitting = (text: string, shape: RegExp): string | undefined => (shape.test(text) ? text : undefined);

/** Accepts the empty text as well, which denotes the platform's default. */
export const orEmpty =
  (format: Format): Format =>
  (value) =>
    value === "" ? undefined : format(value);

/** Converts a text to a Kubernetes name in lower case with `-` for other characters; undefined if nothing is left. */
function slug(value: string, shape: RegExp): string | undefined {
  if (value.length > 63) return undefined;
  const made = value
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return fitting(made, shape);
}

const dns1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const dns1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Longest cluster name that the API accepts: 53 characters with the release's prefix (platform.md §1.3). */
const longestClusterName = 42;

/** A DNS-1035 label. */
export const clusterNameFormat: Format = (value) => {
  if (!dns1035.test(value)) {
    const rule = 'begin with a lower case letter, hold lower case letters, digits and "-" only, and not end with "-"';
    return must(rule, value, slug(value, dns1035));
  }
  return value.length > longestClusterName
    ? `must have at most ${longestClusterName} characters; got ${value.length}`
    : undefined;
};

const labelRule = 'hold lower case letters, digits and "-" only, and begin and end with a letter or digit';

/** Part of machine names; the platform does not check it and fails on invalid names (platform.md §3.6). */
export const groupNameFormat: Format = (value) =>
  dns1123.test(value) ? undefined : must(labelRule, value, slug(value, dns1123));

/** A namespace: a DNS-1123 label. */
export const namespaceFormat: Format = (value) =>
  dns1123.test(value) && value.length <= 63 ? undefined : must(`${labelRule}, at most 63 of them`, value);

/** `namespace/cluster`, the id of a cluster. */
export const isClusterKey = (value: string): boolean =>
  value.split("/").length === 2 && value.split("/").every((part) => dns1123.test(part));

/** The name of a Kubernetes object: a storage class, a secret, an instance type. */
export const objectName =
  (what: string): Format =>
  (value) => {
    if (value.length <= 253 && subdomain.test(value)) return undefined;
    const rule = `be the name of ${what}: lower case letters, digits, "-" and "."`;
    return must(rule, value, value.length > 253 ? undefined : fitting(value.trim().toLowerCase(), subdomain));
  };

const preset = /^([a-z]+\d*\.)?[a-z0-9]+$/;

/** A named size of a pod; the served sizes are checked against the schema. */
export const presetName: Format = (value) =>
  preset.test(value)
    ? undefined
    : must("be a named size such as `small` or `c1.medium`", value, fitting(value.trim().toLowerCase(), preset));

/** A Kubernetes version: `1.34`, `v1.34`, `1.34.4`. */
export const versionFormat: Format = (value) => {
  if (normaliseVersion(value) !== undefined) return undefined;
  const [, major, minor] = /^\s*[vV]?[.\s]?(1)[.,_-]?(\d\d)\b/.exec(value) ?? [];
  return must(
    'be a Kubernetes version such as "1.34" or "v1.34"',
    value,
    major === undefined ? undefined : `${major}.${minor}`,
  );
};

/** A release of Talos: `v1.13.6`. */
export const talosVersion: Format = (value) => {
  const shape = /^v\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
  return shape.test(value)
    ? undefined
    : must("be a Talos version such as `v1.13.6`", value, fitting(`v${value}`, shape));
};

/** An id that the image factory computes from the system extensions of an image. */
export const schematicId: Format = (value) =>
  /^[0-9a-f]{64}$/.test(value) ? undefined : must("be the id of a schematic: 64 hexadecimal digits", value);

/** The URL of an image factory. */
export const imageFactory: Format = (value) => {
  const shape = /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/;
  const meant = /^[\w.-]+\.[a-z]+$/.test(value) ? `https://${value}` : undefined;
  return shape.test(value) ? undefined : must("be a URL such as `https://factory.talos.dev`", value, meant);
};

/** An image repository without a tag. */
export const imageRepository: Format = (value) =>
  /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)+$/.test(value)
    ? undefined
    : must("be an image repository without a tag, such as `factory.talos.dev/installer`", value);

const hostPart = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
const hostShape = new RegExp(`^(?=.{1,253}$)${hostPart}(\\.${hostPart})*$`);
const isHost = (value: string): boolean => hostShape.test(value) && !/^[\d.]+$/.test(value);

/** A DNS name in lower case, without scheme, port or path. */
export const hostName: Format = (value) => host(value, false);

/** Like `hostName`; the first label may be `*`. */
export const hostPattern: Format = (value) => host(value, true);

function host(value: string, wildcard: boolean): string | undefined {
  const fits = (name: string) => isHost(wildcard && name.startsWith("*.") ? name.slice(2) : name);
  if (fits(value)) return undefined;
  const bare = value
    .trim()
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, "")
    .replace(/[/?#].*$/s, "")
    .replace(/:\d*$/, "")
    .replace(/\.$/, "");
  const examples = wildcard ? "`www.example.org` or `*.example.org`" : "`api.example.org`";
  return must(
    `be a host name such as ${examples}, in lower case, without \`https://\`, port or path`,
    value,
    value.length <= 253 && fits(bare) ? bare : undefined,
  );
}

/** An e-mail address, as far as a client can check it. */
export const email: Format = (value) =>
  value.length <= 254 && /^[^\s@<>"(),;:]+@[^\s@<>"(),;:]+\.[^\s@<>"(),;:.]+$/.test(value)
    ? undefined
    : must("be an e-mail address such as `jane@example.org`", value, value.trim());

/** A valid role: the name part of the label `node-role.kubernetes.io/<role>`. */
const labelName = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

export const roleName: Format = (value) =>
  labelName.test(value)
    ? undefined
    : must(
        "hold label names of at most 63 letters, digits, `-`, `_` and `.`",
        value,
        fitting(value.trim().replaceAll(" ", "-"), labelName),
      );

/** The platform stores `apps.cozystack.io-<key>` (platform.md §1.2), which shortens the limits of a key. */
const keyPrefix = "apps.cozystack.io-".length;

/** The key of a label or annotation of the cluster object. */
export const labelKey: Format = (key) => {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const domain = parts.length === 2 ? parts[0] : undefined;
  if (parts.length > 2 || !labelName.test(name) || (domain !== undefined && !subdomain.test(domain))) {
    return `must have keys of an optional domain, a slash and a name of at most 63 letters, digits, \`-\`, \`_\`, \`.\`; ${got(key)}`;
  }
  if (domain === undefined && name.length > 63 - keyPrefix) {
    return `must have keys of at most ${63 - keyPrefix} characters where the key has no domain; ${got(key)}, which has ${name.length}`;
  }
  if (domain !== undefined && domain.length > 253 - keyPrefix) {
    return `must have keys with a domain of at most ${253 - keyPrefix} characters; the one of ${got(key)} has ${domain.length}`;
  }
  return domain === "hikube.cloud"
    ? `must not have keys of \`hikube.cloud\`, which the provider uses itself; ${got(key)}`
    : undefined;
};

/** The value of a label. */
export const labelValue: Format = (value) =>
  value === "" || labelName.test(value)
    ? undefined
    : must(
        "have values of at most 63 letters, digits, `-`, `_` and `.` that begin and end with a letter or digit",
        value,
      );

/** A GPU's device name. Its domain is checked against the available devices during planning. */
export const deviceName: Format = (value) =>
  /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/.test(value) && value.split("/").length <= 2 && value.length <= 316
    ? undefined
    : must("be a device name such as `nvidia.com/AD102GL_L40S`", value);

/** One argument of the API server. */
export const argument: Format = (value) => {
  if (/^--[a-z][a-z0-9-]*(=[^\r\n]*)?$/.test(value)) return undefined;
  const [, name, rest] = /^-{0,2}([a-z][a-z0-9-]*)[ =]\s*(\S+)\s*$/.exec(value) ?? [];
  return must("hold arguments of the form `--name=value`", value, name === undefined ? undefined : `--${name}=${rest}`);
};

const durationUnits: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Returns the milliseconds of a duration in Go syntax, as the platform parses it; undefined if invalid. */
function platformDuration(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (durationUnits[unit ?? ""] ?? 0);
  }
  return total;
}

/** Shortest start-up timeout that Cluster API accepts; 0 disables the check. */
const shortestStartupMs = 30_000;

export const startupTimeout: Format = (value) => {
  const duration = platformDuration(value);
  if (duration === undefined) return must("be a duration such as `10m` or `1h30m`", value, durationMeant(value));
  return duration > 0 && duration < shortestStartupMs ? must("be at least `30s`", value) : undefined;
};

/** A count, or an integer percentage up to 100. */
export const countOrPercentage: Format = (value) => {
  const [, digits = "", percent] = /^(\d+)(%?)$/.exec(value) ?? [];
  if (digits !== "" && Number(digits) <= (percent === "%" ? 100 : 2 ** 31 - 1)) return undefined;
  const [, meant] = /^\s*(\d+)\s*(%|percent)\s*$/i.exec(value) ?? [];
  const near = meant !== undefined && Number(meant) <= 100 ? `${meant}%` : undefined;
  return must("be a count such as `2` or a whole percentage from `0%` to `100%`", value, near);
};
