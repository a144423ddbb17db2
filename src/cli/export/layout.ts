import { type Block, fileText } from "../hcl/body.ts";
import { Verbatim } from "../hcl/expression.ts";
import type { Exported, ExportedCluster, ExportedFile, ExportedResource, Names, Secret } from "./describe.ts";
import { uniqueLabels } from "./labels.ts";
import { requirements, rootFiles, rootVariables, variableBlock } from "./root-module.ts";

/** Returns the files of one module with all clusters. */
export function flatLayout(exported: Exported): ExportedFile[] {
  const { clusters } = exported;
  const variables = rootVariables(clusters);
  const addresses = addressesOf(
    clusters.flatMap(({ label, resources }) =>
      resources.map((resource) => ({
        resource,
        parts: resource.type === "hikube_cluster" ? [label] : [label, resource.name],
      })),
    ),
  );
  const files = clusters.map((cluster) => ({
    path: `${fileName(cluster)}.tf`,
    text: fileText(resourceBlocks(cluster, addresses, (secret) => variables.get(secret) ?? "")),
  }));
  return [...rootFiles(exported, variables), ...files, importsFile(clusters, (_, resource) => addresses.get(resource))];
}

/** A name that ends in `_override` would make Terraform merge the file into others. */
const fileName = ({ label }: ExportedCluster): string =>
  label.endsWith("_override") ? `cluster_${label}_` : `cluster_${label}`;

/** Returns the files of a root module with the imports, and of one module for each cluster. */
export function moduleLayout(exported: Exported): ExportedFile[] {
  const { clusters } = exported;
  const variables = rootVariables(clusters);
  const addresses = new Map(
    clusters.flatMap(({ resources }) => [
      ...addressesOf(
        resources.map((resource) => ({
          resource,
          parts: resource.type === "hikube_cluster" ? ["this"] : [resource.name],
        })),
      ),
    ]),
  );
  const calls = clusters.map(
    ({ label, secrets }): Block => ({
      type: "module",
      labels: [label],
      arguments: [
        ["source", `./modules/${label}`],
        ...secrets.map((secret) => [secret.name, new Verbatim(`var.${variables.get(secret)}`)] as const),
      ],
    }),
  );
  const modules = clusters.flatMap((cluster) => {
    const { label, secrets } = cluster;
    const folder = `modules/${label}`;
    const blocks = resourceBlocks(cluster, addresses, ({ name }) => name);
    const inputs = secrets.map((secret) => variableBlock(secret.name, secret));
    return [
      { path: `${folder}/versions.tf`, text: fileText([requirements]) },
      ...(inputs.length === 0 ? [] : [{ path: `${folder}/variables.tf`, text: fileText(inputs) }]),
      { path: `${folder}/main.tf`, text: fileText(blocks) },
    ];
  });
  const toResource = ({ label }: ExportedCluster, resource: ExportedResource) =>
    `module.${label}.${addresses.get(resource)}`;
  return [
    ...rootFiles(exported, variables),
    { path: "main.tf", text: fileText(calls) },
    importsFile(clusters, toResource),
    ...modules,
  ];
}

type Addresses = ReadonlyMap<ExportedResource, string>;

/** Returns the address of each resource inside its module. */
function addressesOf(
  named: readonly { readonly resource: ExportedResource; readonly parts: readonly string[] }[],
): Map<ExportedResource, string> {
  const addresses = new Map<ExportedResource, string>();
  for (const type of new Set(named.map(({ resource }) => resource.type))) {
    const labels = uniqueLabels(
      named.filter(({ resource }) => resource.type === type),
      ({ parts }) => parts,
    );
    for (const [{ resource }, label] of labels) addresses.set(resource, `${type}.${label}`);
  }
  return addresses;
}

function resourceBlocks(
  { resources }: ExportedCluster,
  addresses: Addresses,
  variable: (secret: Secret) => string,
): Block[] {
  const [cluster] = resources;
  const names: Names = { cluster: (cluster && addresses.get(cluster)) ?? "", variable };
  return resources.map((resource) => ({
    type: "resource",
    labels: (addresses.get(resource) ?? "").split("."),
    arguments: resource.argumentsWith(names),
  }));
}

const importsFile = (
  clusters: readonly ExportedCluster[],
  to: (cluster: ExportedCluster, resource: ExportedResource) => string | undefined,
): ExportedFile => ({
  path: "imports.tf",
  text: fileText(
    clusters.flatMap((cluster) =>
      cluster.resources.map((resource) => ({
        type: "import",
        arguments: [["to", new Verbatim(to(cluster, resource) ?? "")] as const, ["id", resource.importId] as const],
      })),
    ),
  ),
});
