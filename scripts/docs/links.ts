import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { filesBelow } from "./files.ts";

/** Pages beside `docs/`. */
const rootPages = ["README.md", "CONTRIBUTING.md", "SECURITY.md"];

/** Returns a line for each relative link of a page that leads to no file or to no heading. */
export async function brokenLinks(root: string): Promise<string[]> {
  const below = (await filesBelow(root, "docs")).filter((file) => file.endsWith(".md"));
  const pages = [...rootPages.filter((file) => existsSync(join(root, file))), ...below];
  const broken: string[] = [];
  for (const page of pages) {
    for (const [, link = ""] of withoutCode(await readFile(join(root, page), "utf8")).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) broken.push(`${page}: the link ${link} leads to no file`);
      else if (anchor !== undefined && !(await anchorsOf(join(root, target))).has(anchor)) {
        broken.push(`${page}: the link ${link} leads to no heading`);
      }
    }
  }
  return broken;
}

const withoutCode = (text: string): string => text.replace(/^```.*?^```/gms, "");

/** The anchors that GitHub and the registries give to headings, and those that a page names. */
async function anchorsOf(file: string): Promise<ReadonlySet<string>> {
  const text = withoutCode(await readFile(file, "utf8"));
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  const named = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...named]);
}
