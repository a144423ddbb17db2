import { didYouMean } from "../../base/did-you-mean.ts";
import type { VolumeDesired, VolumeMountDesired } from "../desired/desired.ts";
import { checkFormat, type Finding, failure } from "./finding.ts";
import { groupNameFormat } from "./formats.ts";

/** Names of the platform's own volumes (platform.md §3.2). */
const reserved = ["talos-ca", "talos-tls-cert", "authentication-config"];

const at = ["controlPlane", "apiServer"];

/** During planning, parts of a volume or mount may be unknown. */
type Volume = Partial<VolumeDesired>;
type Mount = Partial<VolumeMountDesired>;

/** Checks the volumes of the API server and where they are mounted. Without volumes, those of other writers may be mounted. */
export function checkVolumes(volumes: readonly Volume[] | undefined, mounts: readonly Mount[] | undefined): Finding[] {
  const names = (volumes ?? []).map(({ name }) => name);
  return [
    ...(volumes ?? []).flatMap((volume, index) => checkVolume(volume, index, names)),
    ...(mounts ?? []).flatMap((mount, index) =>
      checkMount(mount, index, mounts ?? [], volumes === undefined ? undefined : names),
    ),
  ];
}

function checkVolume(volume: Volume, index: number, names: readonly (string | undefined)[]): Finding[] {
  const path = [...at, "extraVolumes", String(index)];
  const { name, configMap, secret } = volume;
  const findings = checkFormat([...path, "name"], "Invalid volume name", groupNameFormat, name);
  if (name !== undefined && reserved.includes(name)) {
    const text = `The platform uses ${JSON.stringify(name)} for a volume of its own. Choose another name.`;
    findings.push(failure([...path, "name"], "Reserved volume name", text));
  } else if (name !== undefined && names.indexOf(name) < index) {
    const text = `\`extra_volumes\` has ${JSON.stringify(name)} twice. Each volume needs a name of its own.`;
    findings.push(failure([...path, "name"], "Duplicate volume name", text));
  }
  if ((configMap === undefined) === (secret === undefined)) {
    const found = configMap === undefined ? "neither is set" : "both are set";
    const text = `Set exactly one of \`config_map\` and \`secret\`, the only sources that the platform accepts; ${found}.`;
    findings.push(failure(path, "A volume needs exactly one source", text));
  }
  return findings;
}

function checkMount(
  { name, mountPath }: Mount,
  index: number,
  mounts: readonly Mount[],
  names: readonly (string | undefined)[] | undefined,
): Finding[] {
  const path = [...at, "extraVolumeMounts", String(index)];
  const findings: Finding[] = [];
  const known = names?.filter((one) => one !== undefined) ?? [];
  if (name !== undefined && names !== undefined && !names.includes(undefined) && !known.includes(name)) {
    const text = `\`extra_volumes\` has no volume ${JSON.stringify(name)}.${didYouMean(name, known)} Without it, the API server does not start.`;
    findings.push(failure([...path, "name"], "Unknown volume", text));
  }
  if (mountPath !== undefined && (!mountPath.startsWith("/") || mountPath.includes(":"))) {
    const text = `\`mount_path\` must be an absolute path without a colon; got ${JSON.stringify(mountPath)}.`;
    findings.push(failure([...path, "mountPath"], "Invalid mount path", text));
  } else if (mountPath !== undefined && mounts.findIndex((other) => other.mountPath === mountPath) < index) {
    const text = `Two volumes are mounted at ${JSON.stringify(mountPath)}.`;
    findings.push(failure([...path, "mountPath"], "Duplicate mount path", text));
  }
  return findings;
}
