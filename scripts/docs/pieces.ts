import { parts } from "../../src/hikube/index.ts";

/** Generated parts of pages: a template has `<!-- generated: <name> <argument> -->` on a line of its own where one goes. */
const pieces: Readonly<Record<string, (argument: string) => string>> = {
  timeouts: timeoutsOf,
};

/** Returns a template with the generated parts in it. Throws Error for an unknown one. */
export function withPieces(template: string, file: string): string {
  return template.replaceAll(/^<!-- generated: (\S+) ?(.*?) *-->$/gm, (_, name: string, argument: string) => {
    const piece = pieces[name];
    if (piece === undefined) throw new Error(`${file}: no generated part is called ${name}.`);
    return piece(argument);
  });
}

/** Returns the default time limits of a resource, as a table. */
function timeoutsOf(type: string): string {
  const { create, update, delete: remove } = definitionOf(type).timeouts;
  return ["| operation | default |", "|---|---|", `| \`create\` | \`${create}\` |`]
    .concat(`| \`update\` | \`${update}\` |`, `| \`delete\` | \`${remove}\` |`)
    .join("\n");
}

function definitionOf(type: string) {
  const found = parts.resources.find((resource) => resource.type === type);
  if (found === undefined) throw new Error(`There is no resource ${type}.`);
  return found.definition;
}
