import type { JsonObject } from "../../base/json.ts";
import { platform162 } from "./profile-1.6.2.ts";

const { schema: former, capabilities, pace } = platform162;
const { Kubernetes, KubernetesNodes, Tenant } = former.kinds;

/** Settings of a cluster that moved to `KubernetesNodes`. They are stored without effect. */
const movedKeys = ["nodeGroups", "nodeHealthCheck", "maxNodeProvisionTime"];

/** The schema of an object without some of its properties. */
function without<T extends { readonly properties: object; readonly required?: readonly string[] }>(
  { required = [], ...schema }: T,
  names: readonly string[],
) {
  const kept = Object.entries(schema.properties).filter(([name]) => !names.includes(name));
  return {
    ...schema,
    properties: Object.fromEntries(kept),
    required: required.filter((name) => !names.includes(name)),
  };
}

const duration = (standard: string): JsonObject => ({ type: "string", default: standard });

const clusterSpec = without(Kubernetes.spec, movedKeys);
const { fluxcd: _, ...addons } = former.addons;

const release = "1.7.0-main+a00421aa1d70";

const schema = {
  ...former,
  platform: "next",
  kinds: {
    Kubernetes: {
      ...Kubernetes,
      chart: `kubernetes@${release}`,
      maxNameLength: 32,
      lengthFault:
        'must be no more than 32 characters so its worker pools (KubernetesNodes releases named "kubernetes-nodes-<cluster>-<pool>") fit the 53-character Helm release name limit',
      spec: {
        ...clusterSpec,
        properties: { ...clusterSpec.properties, addons: without(clusterSpec.properties.addons, ["fluxcd"]) },
      },
    },
    KubernetesNodes: {
      ...KubernetesNodes,
      chart: `kubernetes-nodes@${release}`,
      spec: {
        ...KubernetesNodes.spec,
        properties: {
          ...KubernetesNodes.spec.properties,
          podCpuLimit: { $ref: "#/definitions/quantity" },
          podCpuRequest: { $ref: "#/definitions/quantity" },
          logSerialConsole: { type: "boolean", default: false },
          nodeStartupTimeout: duration("20m"),
          readyUnknownTimeout: duration("5m"),
          readyFalseTimeout: duration("10m"),
          maxNodeProvisionTime: duration("30m"),
        },
      },
    },
    Tenant: { ...Tenant, chart: `tenant@${release}` },
  },
  implicitNodeGroup: undefined,
  addons,
};

/**
 * The platform after 1.6, as its authors have announced it (platform.md §0.1, §4): node groups are `KubernetesNodes` objects only, and the
 * add-on `fluxcd` is gone.
 */
export const platformNext = {
  schema,
  capabilities: {
    ...capabilities,
    api: { ...capabilities.api, ignoredKeys: movedKeys },
    chart: { ...capabilities.chart, poolsMayNotLead: true },
  },
  pace,
};
