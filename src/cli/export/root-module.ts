import { type Block, fileText } from "../hcl/body.ts";
import { alignedLines, Verbatim, valueText } from "../hcl/expression.ts";
import type { Exported, ExportedCluster, ExportedFile, Secret } from "./describe.ts";
import { uniqueLabels } from "./labels.ts";

/** File with the values of the variables, which Terraform reads by itself. */
export const secretsFile = "secrets.auto.tfvars";

export const requirements: Block = {
  type: "terraform",
  arguments: [["required_version", ">= 1.5"]],
  blocks: [{ type: "required_providers", arguments: [["hikube", new Map([["source", "hikube/hikube"]])]] }],
};

/** Returns the names of the variables in the root module. */
export function rootVariables(clusters: readonly ExportedCluster[]): Map<Secret, string> {
  const all = clusters.flatMap(({ label, secrets }) => secrets.map((secret) => ({ label, secret })));
  const names = uniqueLabels(all, ({ label, secret }) => [label, secret.name]);
  return new Map([...names].map(([{ secret }, name]) => [secret, name]));
}

/** Returns the files of the root module that every layout has. */
export function rootFiles({ namespace }: Exported, variables: ReadonlyMap<Secret, string>): ExportedFile[] {
  const provider: Block = { type: "provider", labels: ["hikube"], arguments: [["namespace", namespace]] };
  const files = [
    { path: "versions.tf", text: fileText([requirements]) },
    { path: "provider.tf", text: fileText([provider]) },
  ];
  if (variables.size === 0) return files;
  const blocks = [...variables].map(([secret, name]) => variableBlock(name, secret));
  const values = [...variables].map(([{ value }, name]) => ({ name, value: valueText(value, 0) }));
  return [
    ...files,
    { path: "variables.tf", text: fileText(blocks) },
    { path: secretsFile, text: alignedLines(values, 0), secret: true },
  ];
}

export const variableBlock = (name: string, { description, value }: Secret): Block => ({
  type: "variable",
  labels: [name],
  arguments: [
    ["description", description],
    ["type", new Verbatim(value instanceof Verbatim ? "number" : "string")],
    ["sensitive", true],
  ],
});
