import { addonNames } from "../../src/core/platform/addon-catalogue.ts";
import { bundledProfile, bundledVersions } from "../../src/core/platform/profile.ts";

// What Hikube does not have and users of other platforms look for, each once, with the pages that say so.

interface Limit {
  readonly text: string;
  /** Pages below `docs/`, without `.md`. */
  readonly pages: readonly string[];
}

/** Pages of pure functions, about which the platform has nothing to say. */
const without: readonly string[] = [
  "functions/cluster_id",
  "functions/merge_values",
  "functions/parse_id",
  "functions/quantity_equal",
  "functions/quantity_to_bytes",
];

const profiles = bundledVersions.map(bundledProfile);

/** The add-ons that have no switch on any platform, those that platform 1.1 lacks, and those whose values have no effect. */
const fixed = namesWhere((apiName) => profiles.every(({ addons }) => addons[apiName]?.switchable !== true));
const newer = namesWhere((apiName) => profiles[0]?.addons[apiName] === undefined);
const deaf = namesWhere((apiName) => profiles.some(({ addons }) => addons[apiName]?.values === "ignored"));

function namesWhere(condition: (apiName: string) => boolean): string {
  return addonNames
    .filter(({ apiName }) => condition(apiName))
    .map(({ name }) => `\`${name}\``)
    .join(", ");
}

const clusterReads = ["data-sources/cluster", "data-sources/clusters", "list-resources/cluster"];
const groupReads = ["data-sources/nodegroup", "data-sources/nodegroups", "list-resources/nodegroup"];
const addonPages = ["resources/addon", "data-sources/addons", "list-resources/addon"];
const logins = ["ephemeral-resources/kubeconfig", "data-sources/kubeconfig", "functions/kubeconfig"];

const limits: readonly Limit[] = [
  {
    text: "**Labels and taints of nodes.** `labels` and `annotations` are those of the cluster's object. A node group has `roles`.",
    pages: ["resources/cluster", ...clusterReads],
  },
  {
    text: "**Limits on the addresses that reach a cluster's API**, and a private endpoint. Access is by credential.",
    pages: ["index", "resources/cluster", ...clusterReads],
  },
  {
    text: "**A choice of network plugin or of address ranges.** Every cluster has Cilium, with the platform's ranges.",
    pages: ["index", "resources/cluster"],
  },
  { text: "**Zones, and logs of the control plane.**", pages: ["index", "resources/cluster"] },
  {
    text: "**Maintenance windows, release channels and automatic upgrades.** A cluster keeps its version until `version` changes.",
    pages: ["index", "resources/cluster", "data-sources/kubernetes_versions", "actions/wait"],
  },
  {
    text: "**Release of volumes from a deleted cluster.** Volumes and load balancers that were made from inside a cluster are deleted with it.",
    pages: ["resources/cluster"],
  },
  {
    text: "**Labels and taints of nodes.** The only labels are those of `roles`. The resources `kubernetes_labels` and `kubernetes_node_taint` of hashicorp/kubernetes set others on the nodes that run; new nodes do not have them.",
    pages: ["index", "resources/nodegroup", "data-sources/nodes"],
  },
  {
    text: "**A desired number of nodes.** The autoscaler chooses it; with equal `min_replicas` and `max_replicas` it is fixed.",
    pages: ["index", "resources/nodegroup", ...groupReads],
  },
  {
    text: "**Settings of the autoscaler and of the replacement of nodes**, such as a delay before a node is removed or the number of nodes at once.",
    pages: ["resources/nodegroup"],
  },
  {
    text: "**Zones, spot nodes, user data and SSH keys.**",
    pages: ["resources/nodegroup", ...groupReads, "data-sources/nodes"],
  },
  {
    text: "**Versions of add-ons.** The platform chooses them; an upgrade of the platform upgrades them.",
    pages: ["index", ...addonPages],
  },
  {
    text: "**Add-ons of your own.** Install other charts with the Helm provider or from Git, with the add-on `fluxcd`.",
    pages: addonPages,
  },
  { text: `**A switch for every add-on.** ${fixed} cannot be enabled or disabled.`, pages: addonPages },
  { text: `**Every add-on on platform 1.1.** ${newer} need a newer one.`, pages: addonPages },
  { text: `**Values of** ${deaf}. The platform stores and ignores them.`, pages: ["resources/addon"] },
  {
    text: "**Patch versions of Kubernetes.** The platform has one for each minor version.",
    pages: ["resources/cluster", "data-sources/kubernetes_versions", "functions/upgrade_path"],
  },
  {
    text: "**Downgrades of Kubernetes, and upgrades that skip a minor version.**",
    pages: ["data-sources/kubernetes_versions", "functions/upgrade_path"],
  },
  {
    text: "**A list of GPUs on platform 1.1.** `source` is `bundled` there.",
    pages: ["data-sources/gpus"],
  },
  {
    text: "**Free capacity.** How many nodes of a size or GPUs of a model the platform could start at the moment is not readable.",
    pages: ["data-sources/gpus", "data-sources/instance_types", "data-sources/quota"],
  },
  {
    text: "**Prices.** The platform's API has none.",
    pages: ["data-sources/gpus", "data-sources/instance_types", "data-sources/storage_classes", "data-sources/quota"],
  },
  {
    text: "**Instance types of your own.** A node group with `resources` has an exact size instead.",
    pages: ["data-sources/instance_types"],
  },
  {
    text: "**Several storage classes in one cluster on platform 1.1, and a change of the class of a cluster.**",
    pages: ["data-sources/storage_classes"],
  },
  { text: "**Quotas of a single cluster.** A quota limits the tenant.", pages: ["data-sources/quota"] },
  {
    text: "**The exact version of the platform.** Tenants cannot read it; the provider compares what the API serves with what it knows.",
    pages: ["data-sources/platform"],
  },
  {
    text: "**Kubeconfigs of single users, and their revocation.** The platform issues one administrator's certificate for each cluster. From platform 1.6, users log in to clusters through `oidc`.",
    pages: [...logins, "functions/parse_kubeconfig"],
  },
  {
    text: "**An order to replace nodes.** Nodes are replaced by a change that requires it.",
    pages: ["actions/reconcile"],
  },
  {
    text: "**A pause of the reconciliation.** The platform works on a change at once.",
    pages: ["actions/reconcile"],
  },
];

/** The pages of the parts of the provider. */
export const limitedPages = (): readonly string[] => [
  ...new Set([...limits.flatMap(({ pages }) => pages), ...without]),
];

/** What Hikube lacks on a page, as a section; empty for the page of a pure function. Throws Error for another page without a limit. */
function sectionOf(page: string): string {
  const found = limits.filter(({ pages }) => pages.includes(page));
  if (found.length === 0 && !without.includes(page)) {
    throw new Error(`docs/${page}.md: scripts/docs/limits.ts does not say what Hikube lacks there.`);
  }
  return found.length === 0 ? "" : `## Not available on Hikube\n\n${found.map(({ text }) => `- ${text}\n`).join("")}`;
}

/** Returns the pages of the parts of the provider with that section, before their imports. Throws Error for a page that does not exist. */
export function withLimits(pages: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const known = [...pages.keys()].map(pageOf);
  const missing = limitedPages().find((page) => !known.includes(page));
  if (missing !== undefined) throw new Error(`scripts/docs/limits.ts: there is no page docs/${missing}.md.`);
  return new Map(
    [...pages].map(([path, content]) => {
      const page = pageOf(path);
      if (page.startsWith("guides/")) return [path, content];
      const [before = "", imports = ""] = content.split(/^(?=## Import$)/m);
      const parts = [before, sectionOf(page), imports].map((part) => part.trim());
      return [path, `${parts.filter((part) => part !== "").join("\n\n")}\n`];
    }),
  );
}

const pageOf = (path: string): string => path.replace(/^docs\//, "").replace(/\.md$/, "");
