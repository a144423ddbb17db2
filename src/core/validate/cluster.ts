import { didYouMean, got } from "../../base/did-you-mean.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { clusterValues } from "../desired/cluster.ts";
import type { ClusterDesired, NodeHealthCheckDesired, TalosDesired } from "../desired/desired.ts";
import type { FieldValue } from "../desired/field.ts";
import type { Offer, StorageClass } from "../platform/offers.ts";
import type { Platform } from "../platform/platform.ts";
import { schemaAt, stringsOf } from "../platform/schema-defaults.ts";
import { checkFormat, type Finding, failure, settingName, unsupported, warning } from "./finding.ts";
import {
  argument,
  countOrPercentage,
  email,
  type Format,
  hostName,
  imageFactory,
  imageRepository,
  objectName,
  orEmpty,
  presetName,
  schematicId,
  startupTimeout,
  talosVersion,
} from "./formats.ts";
import { checkKeys } from "./names.ts";
import { cpu, podMemory } from "./sizes.ts";
import { checkVersion } from "./version.ts";
import { checkVolumes } from "./volumes.ts";

/** Number of API server pods beyond which more are useless: the data store, which needs a quorum, is separate. */
const mostUsefulReplicas = 3;

/** The first platform version that has a setting. */
const since: Readonly<Record<string, string>> = {
  oidc: "1.6",
  nodeHealthCheck: "1.6",
  extraArgs: "1.6",
  extraVolumes: "1.6",
  extraVolumeMounts: "1.6",
  talos: "1.6",
};

/** Finds settings of a cluster that can be rejected before a request is sent. `current` is the cluster's version. */
export function checkCluster(platform: Platform, desired: ClusterDesired, current?: string): Finding[] {
  const findings: Finding[] = [];
  if (desired.version !== undefined)
    findings.push(...checkVersion(platform, desired.version, current, desired.upgradeStrategy));
  const absent = new Set<string>();
  for (const value of clusterValues(desired)) {
    const { path, key } = value.field;
    const schema = schemaAt(platform.clusterSpec, path);
    if (schema === undefined && !isFree(platform, path)) {
      // A block that is not served is reported once, not for each of its settings.
      const block = schemaAt(platform.clusterSpec, path.slice(0, 1)) === undefined ? key.slice(0, 1) : key;
      if (absent.has(block.join("."))) continue;
      absent.add(block.join("."));
      findings.push(unsupported(block, since[block.at(-1) ?? ""] ?? "1.6", platform.profile.platform));
      continue;
    }
    findings.push(...checkValue(value, stringsOf(schema, "enum")));
  }
  return [
    ...findings,
    ...checkReplicas(desired.controlPlane?.replicas),
    ...(absent.has("oidc") ? [] : checkOidc(desired)),
    ...(absent.has("nodeHealthCheck") ? [] : checkHealth(desired.nodeHealthCheck)),
    ...checkVolumes(desired.controlPlane?.apiServer?.extraVolumes, desired.controlPlane?.apiServer?.extraVolumeMounts),
    ...(absent.has("talos") ? [] : checkTalos(desired.talos)),
    ...checkKeys(desired),
  ];
}

const isFree = (platform: Platform, path: readonly string[]): boolean =>
  valueAt(schemaAt(platform.clusterSpec, path.slice(0, -1)), ["x-kubernetes-preserve-unknown-fields"]) === true &&
  path.length > 1;

/** The format of a text, by the last step of its key. */
const formats: Readonly<Record<string, readonly [summary: string, format: Format]>> = {
  cpu: ["Invalid CPU quantity", cpu],
  memory: ["Invalid memory quantity", podMemory],
  host: ["Invalid host name", orEmpty(hostName)],
  storageClass: ["Invalid storage class name", orEmpty(objectName("a storage class"))],
  resourcesPreset: ["Invalid resources_preset", presetName],
};

function checkValue({ field: { key, path }, value }: FieldValue, allowed: readonly string[]): Finding[] {
  if (path[0] === "version") return [];
  if (Array.isArray(value)) {
    if (key.at(-1) !== "extraArgs") return [];
    return value.flatMap((one, index) =>
      checkFormat([...key, String(index)], "Invalid argument", argument, typeof one === "string" ? one : undefined),
    );
  }
  if (typeof value !== "string") return [];
  const [summary, format] = formats[key.at(-1) ?? ""] ?? [];
  const broken = format === undefined || summary === undefined ? [] : checkFormat(key, summary, format, value);
  if (broken.length > 0 || allowed.length === 0 || allowed.includes(value)) return broken;
  const text = `The platform has ${allowed.join(", ")}; ${got(value)}.${didYouMean(value, allowed)}`;
  return [failure(key, `Invalid ${settingName(key.slice(-1))}`, text)];
}

function checkReplicas(replicas: number | undefined): Finding[] {
  const path = ["controlPlane", "replicas"];
  if (replicas === undefined) return [];
  if (!Number.isInteger(replicas) || replicas < 1) {
    const text = `A cluster without an API server pod never becomes ready; got ${replicas}.`;
    return [failure(path, "control_plane.replicas must be at least 1", text)];
  }
  if (replicas <= mostUsefulReplicas) return [];
  const text = `${replicas} API server pods are more than the platform documents (up to ${mostUsefulReplicas}). Each one takes the CPU and memory of its preset, and no quorum depends on them: the data store is elsewhere.`;
  return [warning(path, "Unusually many control plane replicas", text)];
}

function checkHealth(desired: NodeHealthCheckDesired | undefined): Finding[] {
  const at = (key: string) => ["nodeHealthCheck", key];
  return [
    ...checkFormat(at("maxUnhealthy"), "Invalid max_unhealthy", orEmpty(countOrPercentage), desired?.maxUnhealthy),
    ...checkFormat(at("nodeStartupTimeout"), "Invalid duration", orEmpty(startupTimeout), desired?.nodeStartupTimeout),
  ];
}

function checkTalos(talos: TalosDesired | undefined): Finding[] {
  const check = (key: keyof TalosDesired, summary: string, format: Format) =>
    checkFormat(["talos", key], summary, format, talos?.[key]);
  return [
    ...check("version", "Invalid Talos version", talosVersion),
    ...check("schematicId", "Invalid schematic", schematicId),
    ...check("imageFactoryUrl", "Invalid image factory", imageFactory),
    ...check("installerRepository", "Invalid installer repository", imageRepository),
  ];
}

function checkOidc({ oidc, controlPlane }: ClusterDesired): Finding[] {
  const findings: Finding[] = [];
  if (oidc === undefined) return findings;
  const { config, secretRef } = oidc.customConfig ?? {};
  const given = [config, secretRef?.name].filter((value) => value !== undefined && value !== "").length;
  const mode = oidc.mode ?? "None";
  const at = ["oidc", "customConfig"];
  if (mode === "CustomConfig" && given !== 1) {
    const found = given === 0 ? "neither is set" : "both are set";
    const text = `With \`mode = "CustomConfig"\`, set exactly one of \`config\` and \`secret_ref\` in \`oidc.custom_config\`; ${found}.`;
    findings.push(failure(at, "OIDC needs exactly one configuration", text));
  } else if (mode !== "CustomConfig" && given > 0) {
    const text = `\`oidc.custom_config\` is used with \`mode = "CustomConfig"\` only; the mode is "${mode}".`;
    findings.push(warning(at, "OIDC configuration has no effect", text));
  }
  findings.push(
    ...checkFormat(
      [...at, "secretRef", "name"],
      "Invalid secret name",
      orEmpty(objectName("a secret")),
      secretRef?.name,
    ),
  );
  const flags = controlPlane?.apiServer?.extraArgs?.filter((flag) => flag.startsWith("--oidc-")) ?? [];
  if (mode !== "None" && flags.length > 0) {
    const names = flags.map((flag) => `\`${flag.replace(/=.*$/s, "")}\``).join(", ");
    const text = `The platform refuses ${names} in \`extra_args\` while \`oidc.mode\` is "${mode}". Remove one of the two.`;
    findings.push(failure(["controlPlane", "apiServer", "extraArgs"], "OIDC is configured twice", text));
  }
  return [...findings, ...checkUsers(oidc.users ?? [], mode)];
}

/** During planning, parts of a user may be unknown. */
type User = { readonly email?: string; readonly role?: string };

function checkUsers(users: readonly User[], mode: string): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, { email: address, role }] of users.entries()) {
    const at = ["oidc", "users", String(index)];
    findings.push(...checkFormat([...at, "email"], "Invalid e-mail address", email, address));
    if (address !== undefined && seen.has(address)) {
      const text = `\`oidc.users\` has ${JSON.stringify(address)} twice. Keep one entry with the role the user needs.`;
      findings.push(failure([...at, "email"], "Duplicate OIDC user", text));
    }
    if (address !== undefined) seen.add(address);
    if (role === undefined || role === "admin" || role === "view") continue;
    const text = `The platform has admin, view; ${got(role)}.${didYouMean(role, ["admin", "view"])}`;
    findings.push(failure([...at, "role"], "Invalid role", text));
  }
  if (users.length > 0 && mode === "None") {
    const text = '`oidc.users` can only log in where `oidc.mode` is "System" or "CustomConfig"; it is "None".';
    findings.push(warning(["oidc", "users"], "OIDC users have no effect", text));
  }
  return findings;
}

/** Checks a new cluster's storage class against the available ones. Reports a warning only, because a tenant may not see all of them. */
export function checkStorageClass(name: string, offer: Offer<StorageClass>, path = ["storageClass"]): Finding[] {
  const known = offer.items.map((item) => item.name);
  if (name === "" || known.length === 0 || known.includes(name)) return [];
  const from = offer.source === "live" ? "The platform lists" : "Known storage classes of this platform:";
  const text = `${from} ${known.join(", ")}.${didYouMean(name, known)} With a class that does not exist, no volume is ever provisioned.`;
  return [warning(path, `Unknown storage class ${JSON.stringify(name)}`, text)];
}
