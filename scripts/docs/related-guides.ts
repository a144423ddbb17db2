import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The guides that belong to a page of a part of the provider. */
const related: Readonly<Record<string, readonly string[]>> = {
  "resources/cluster": ["upgrades", "destroy-and-protection", "kubeconfig", "platform-versions"],
  "resources/nodegroup": ["node-groups", "gpus"],
  "resources/addon": ["addons", "ingress-and-dns", "gpus"],
  "data-sources/addons": ["addons"],
  "data-sources/gpus": ["gpus"],
  "data-sources/instance_types": ["node-groups"],
  "data-sources/kubeconfig": ["kubeconfig"],
  "data-sources/kubernetes_versions": ["upgrades"],
  "data-sources/nodes": ["continuous-validation"],
  "data-sources/platform": ["platform-versions", "platform-upgrades"],
  "data-sources/quota": ["continuous-validation"],
  "ephemeral-resources/kubeconfig": ["kubeconfig"],
  "functions/kubeconfig": ["kubeconfig"],
  "functions/merge_values": ["addons"],
  "functions/parse_kubeconfig": ["kubeconfig"],
  "functions/upgrade_path": ["upgrades"],
  "list-resources/addon": ["import-existing"],
  "list-resources/cluster": ["import-existing"],
  "list-resources/nodegroup": ["import-existing"],
  "actions/reconcile": ["troubleshooting"],
  "actions/wait": ["performance", "watch"],
};

/** Returns the pages with links to their guides below the description. Throws Error for a page or a guide that does not exist. */
export function withGuides(root: string, pages: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const result = new Map(pages);
  for (const [page, guides] of Object.entries(related)) {
    const path = `docs/${page}.md`;
    const content = pages.get(path);
    if (content === undefined) throw new Error(`scripts/docs/related-guides.ts: there is no page ${path}.`);
    const links = guides.map((guide) => `[${titleOf(root, guide)}](../guides/${guide}.md)`);
    const [description = "", ...sections] = content.split(/^(?=## )/m);
    result.set(path, [`${description.trimEnd()}\n\nGuides: ${links.join(", ")}.\n\n`, ...sections].join(""));
  }
  return result;
}

function titleOf(root: string, guide: string): string {
  const file = `docs/guides/${guide}.md`;
  const title = /^page_title: "(.*)"$/m.exec(readFileSync(join(root, file), "utf8"))?.[1];
  if (title === undefined) throw new Error(`${file} has no page_title.`);
  return title;
}
