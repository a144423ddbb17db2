/** One step of a path: an attribute of an object, an index of a list, a key of a map. */
export type Step = { readonly attribute: string } | { readonly index: number } | { readonly key: string };

/** A position in a configuration. Elements of a set cannot be addressed: a path ends at the set. */
export type Path = readonly Step[];

export const attributePath = (...names: readonly string[]): Path => names.map((attribute) => ({ attribute }));

/** Returns the path in HCL syntax: `control_plane.api_server.resources`, `gpus[0].name`, `labels["a.b/c"]`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if ("attribute" in step) text += text === "" ? step.attribute : `.${step.attribute}`;
    else if ("index" in step) text += `[${step.index}]`;
    else text += `[${JSON.stringify(step.key)}]`;
  }
  return text;
}
