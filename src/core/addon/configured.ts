import { type Json, jsonEqual } from "../../base/json.ts";
import type { Context } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { readAddon } from "../desired/addon.ts";
import type { AddonState } from "../desired/state.ts";
import { markedSecrets } from "../object/secrets.ts";
import type { ObserveOptions } from "../options.ts";
import { addonApiName, availableAddons } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";
import { applyDefaults, schemaAt } from "../platform/schema-defaults.ts";
import { addonState } from "../read/observe.ts";
import { type ClusterScope, clustersIn } from "../read/scope.ts";
import { withAddresses } from "./addresses.ts";

/**
 * Returns the add-ons that are configured in the clusters of a namespace or in one of them: enabled, or with settings that differ from
 * the platform's defaults. Undefined if that cluster does not exist. Lists are read once, whatever their number; the Helm releases
 * inside the clusters are not read. Throws CoreError.
 */
export async function listConfiguredAddons(
  context: Context,
  scope: ClusterScope,
  { signal }: ObserveOptions,
): Promise<AddonState[] | undefined> {
  const { namespace, cluster } = scope;
  try {
    const [platform, clusters] = await Promise.all([
      context.platformForRead(signal),
      clustersIn(context.reader, scope, signal),
    ]);
    if (clusters === undefined) return undefined;
    const served = availableAddons(platform).flatMap((name) => {
      const apiName = addonApiName(name);
      return apiName === undefined ? [] : [{ name, apiName, unset: unsetAddon(apiName, platform) }];
    });
    const found = clusters.flatMap((object) =>
      served
        .filter(({ apiName, unset }) => isConfigured(object.json, apiName, unset))
        .flatMap(({ name }) => addonState({ namespace, cluster: object.name, name }, object, platform) ?? []),
    );
    return await Promise.all(found.map((state) => withAddresses(context, state, platform, signal)));
  } catch (error) {
    const what = cluster === undefined ? namespace : `cluster ${cluster}`;
    throw CoreError.from(error, `listing the add-ons of ${what}`, signal);
  }
}

type Settings = ReturnType<typeof readAddon>;

/** Returns the settings of an add-on that was never set, as the platform shows them. */
function unsetAddon(apiName: string, { clusterSpec }: Platform): Settings {
  const schema = schemaAt(clusterSpec, ["addons", apiName]) ?? {};
  return readAddon({ spec: { addons: { [apiName]: applyDefaults({}, schema, false) ?? {} } } }, apiName);
}

function isConfigured(live: Json, apiName: string, unset: Settings): boolean {
  const settings = readAddon(live, apiName);
  return (
    settings.enabled === true ||
    !jsonEqual(comparable(settings), comparable(unset)) ||
    markedSecrets(live).some((secret) => secret.apiName === apiName)
  );
}

const comparable = ({ enabled, values, exposeMethod, hosts }: Settings): Json => ({
  enabled: enabled ?? false,
  values,
  exposeMethod: exposeMethod ?? "",
  hosts: hosts ?? [],
});
