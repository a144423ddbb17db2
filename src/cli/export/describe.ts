import { type ClusterId, clusterKey } from "../../core/ids.ts";
import { findPart } from "../../engine/engine.ts";
import { parts } from "../../hikube/index.ts";
import { type Expression, Verbatim } from "../hcl/expression.ts";
import { argumentsOf, type FoundSecret } from "./arguments.ts";
import type { Found, ResourceType } from "./collect.ts";
import { uniqueLabels } from "./labels.ts";

/** A secret value of a cluster, which becomes a variable. */
export interface Secret extends FoundSecret {
  /** Name of the variable among those of its cluster. */
  readonly name: string;
  readonly description: string;
}

/** How a layout calls the parts of a cluster. */
export interface Names {
  /** Address of the cluster's resource inside its module. */
  readonly cluster: string;
  variable(secret: Secret): string;
}

export interface ExportedResource {
  readonly type: ResourceType;
  /** The object's own name in the platform. */
  readonly name: string;
  readonly importId: string;
  argumentsWith(names: Names): [string, Expression][];
}

/** A cluster with everything that belongs to it. */
export interface ExportedCluster {
  readonly id: ClusterId;
  /** Stands for the cluster in labels and names of files. */
  readonly label: string;
  /** The cluster itself comes first. */
  readonly resources: readonly ExportedResource[];
  readonly secrets: readonly Secret[];
}

/** A file of the configuration, by its path in the directory. */
export interface ExportedFile {
  readonly path: string;
  readonly text: string;
  /** Whether only the user may read it. */
  readonly secret?: boolean;
}

/** Clusters, and the tenant's namespace for the provider block. */
export interface Exported {
  readonly namespace: string;
  readonly clusters: readonly ExportedCluster[];
}

/** Returns the found objects by cluster. Labels and the names of variables depend on names only. */
export function describeClusters(found: readonly Found[]): ExportedCluster[] {
  const clusters = found.filter(({ type }) => type === "hikube_cluster");
  const isShared = ({ name }: Found): boolean => clusters.filter((other) => other.name === name).length > 1;
  const labels = uniqueLabels(clusters, (item) => (isShared(item) ? [item.cluster.namespace, item.name] : [item.name]));
  return clusters.map((cluster) => {
    const key = clusterKey(cluster.cluster);
    const own = found.filter((item) => clusterKey(item.cluster) === key);
    return { id: cluster.cluster, label: labels.get(cluster) ?? cluster.name, ...describeResources(own, key) };
  });
}

function describeResources(found: readonly Found[], key: string): Pick<ExportedCluster, "resources" | "secrets"> {
  const hidden = found.flatMap((item) => secretsIn(item).map((secret) => ({ item, secret })));
  const names = uniqueLabels(hidden, ({ item, secret }) => variableName(item, secret));
  const secrets = hidden.map((one) => ({
    item: one.item,
    secret: {
      ...one.secret,
      name: names.get(one) ?? "",
      description: `${addressText(one.secret.path)} of ${objectText(one.item, key)}.`,
    },
  }));
  const resources = found.map((item) => ({
    type: item.type,
    name: item.name,
    importId: item.type === "hikube_cluster" ? key : `${key}/${item.name}`,
    argumentsWith: (called: Names) =>
      argumentsOf(schemaOf(item), item.config, ({ path }) => {
        const own = secrets.find((one) => one.item === item && one.secret.path.join("\0") === path.join("\0"));
        if (own === undefined) throw new TypeError("a secret has a variable");
        return new Verbatim(`nonsensitive(var.${called.variable(own.secret)})`);
      }).map(([name, value]): [string, Expression] =>
        name === "cluster_id" ? [name, new Verbatim(`${called.cluster}.id`)] : [name, value],
      ),
  }));
  return { resources, secrets: secrets.map(({ secret }) => secret) };
}

const schemaOf = ({ type }: Found) => findPart(parts.resources, type, "resource").definition.schema;

function secretsIn(item: Found): FoundSecret[] {
  const secrets: FoundSecret[] = [];
  argumentsOf(schemaOf(item), item.config, (secret) => {
    secrets.push(secret);
    return null;
  });
  return secrets;
}

/** Returns the parts of a name: `values`, `cert-manager`, `apiKey` of `cert-manager` make `cert_manager_api_key`. */
function variableName({ type, name }: Found, { path }: FoundSecret): string[] {
  const words = path.map((step) => step.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase());
  if (type === "hikube_cluster") return words;
  const inside = words[0] === "values" ? words.slice(1) : words;
  return [name, ...(inside[0] === name ? inside.slice(1) : inside)];
}

const addressText = (path: readonly string[]): string => path.join(".");

const objectText = ({ type, name }: Found, key: string): string =>
  type === "hikube_cluster" ? `cluster ${key}` : `${name} in cluster ${key}`;
