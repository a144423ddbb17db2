import { isJsonObject, type Json, type JsonObject, jsonEqual, setMember } from "../../base/json.ts";
import { toApplication } from "../api/application/application.ts";
import { mergePatch } from "../patch/merge-patch.ts";
import { text } from "../store/kube-object.ts";
import { adoptPools, orphanAddons } from "./adopt-pools.ts";
import type { Migration, MigrationContext } from "./migration.ts";

/** The migrations that concern clusters, in their order (platform.md §0.1, §3.4). */
export const migrations: readonly Migration[] = [
  { to: "1.6.2", name: "41: node groups have diskSize in place of ephemeralStorage", run: patched(renameDisk) },
  { to: "1.6.2", name: "44: the implicit node group is stored", run: patched(pinDefaultGroup) },
  { to: "1.6.2", name: "46: a version that is no longer served is raised", run: patched(raiseVersion) },
  { to: "next", name: "55: the add-on fluxcd is left to the tenant", run: orphanAddons },
  { to: "next", name: "56: node groups become KubernetesNodes", run: adoptPools },
];

/** The merge patch of `spec` for a cluster as the old API server shows it; undefined if the migration leaves it alone. */
type SpecPatch = (spec: JsonObject, context: MigrationContext) => JsonObject | undefined;

/** A migration that patches clusters through the old API server. */
function patched(patch: SpecPatch): Migration["run"] {
  return (context, release) => {
    const kind = context.from.kinds.get(release.kind);
    if (kind === undefined) return;
    const { spec: shown } = toApplication(release, kind, context.namespace);
    const spec = isJsonObject(shown) ? shown : {};
    const change = patch(spec, context);
    if (change === undefined) return;
    const values = mergePatch(spec, change);
    // Like every patch, it drops the finalizer until Flux restores it (platform.md §1.11).
    if (isJsonObject(values)) context.state.releases.write(release, { values, finalizers: [] });
  };
}

/** The whole spec as shown, so that every default is stored with it. */
function renameDisk(spec: JsonObject): JsonObject | undefined {
  const groups = spec["nodeGroups"];
  if (!isJsonObject(groups)) return undefined;
  const renamed: JsonObject = {};
  for (const [name, group] of Object.entries(groups)) setMember(renamed, name, withDiskSize(group));
  return jsonEqual(renamed, groups) ? undefined : { ...spec, nodeGroups: renamed };
}

/** A null removes the old key in a merge patch. */
function withDiskSize(group: Json): Json {
  if (!isJsonObject(group) || !Object.hasOwn(group, "ephemeralStorage")) return group;
  const { ephemeralStorage = null, diskSize } = group;
  const isSet = diskSize !== undefined && diskSize !== null && diskSize !== "";
  return { ...group, diskSize: isSet ? diskSize : ephemeralStorage, ephemeralStorage: null };
}

/** Stores the group that the old chart added, where none of its name is shown. The other groups are sent as shown, with both disk keys. */
function pinDefaultGroup(spec: JsonObject, { to }: MigrationContext): JsonObject | undefined {
  const groups = spec["nodeGroups"];
  const implicit = to.implicitNodeGroup;
  if (implicit === undefined || !isJsonObject(groups) || Object.hasOwn(groups, implicit.name)) return undefined;
  return { nodeGroups: { ...groups, [implicit.name]: { ...implicit.group, storageClass: "", kubelet: {} } } };
}

function raiseVersion(spec: JsonObject, { from, to }: MigrationContext): JsonObject | undefined {
  const version = text(spec["version"]);
  const served = Object.hasOwn(to.kubernetesVersions, version);
  if (served || !Object.hasOwn(from.kubernetesVersions, version)) return undefined;
  return { version: version.replace(/\d+$/, (minor) => String(Number(minor) + 1)) };
}
