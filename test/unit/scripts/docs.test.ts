import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { limitedPages, withLimits } from "../../../scripts/docs/limits.ts";
import { brokenLinks } from "../../../scripts/docs/links.ts";
import { withPieces } from "../../../scripts/docs/pieces.ts";
import { withGuides } from "../../../scripts/docs/related-guides.ts";

describe("the pages for the registries", () => {
  test("have the time limits of a resource from its declaration", () => {
    const page = withPieces("before\n<!-- generated: timeouts hikube_addon -->\nafter", "x.md.tmpl");
    expect(page).toMatch(/^before\n\| operation \| default \|\n\|---\|---\|\n(?:\| `\w+` \| `20m` \|\n){3}after$/);
  });

  test.each([
    ["<!-- generated: nothing -->", /x\.md\.tmpl: no generated part is called nothing/],
    ["<!-- generated: timeouts hikube_pool -->", /no resource hikube_pool/],
  ])("refuse %s in a template", (template, message) => {
    expect(() => withPieces(template, "x.md.tmpl")).toThrow(message);
  });

  test("say what Hikube lacks before their imports, but not those of pure functions and guides", () => {
    const pages = new Map(limitedPages().map((page) => [`docs/${page}.md`, "# Title\n\n## Import\n\nBy id.\n"]));
    const result = withLimits(pages.set("docs/guides/ci.md", "# CI\n"));
    expect(result.get("docs/resources/nodegroup.md")).toMatch(
      /^# Title\n\n## Not available on Hikube\n\n(?:- .+\n){3,}\n## Import\n\nBy id\.\n$/,
    );
    for (const page of ["docs/functions/parse_id.md", "docs/guides/ci.md"]) {
      expect(result.get(page)).toBe(pages.get(page));
    }
  });

  test.each([
    ["a page without what Hikube lacks", ["resources/pool"], /docs\/resources\/pool\.md: .* does not say/],
    ["what Hikube lacks on a page that there is not", [], /there is no page docs\/resources\/cluster\.md/],
  ])("refuse %s", (_, more, message) => {
    const pages = more.length === 0 ? ["resources/addon"] : [...limitedPages(), ...more];
    expect(() => withLimits(new Map(pages.map((page) => [`docs/${page}.md`, ""])))).toThrow(message);
  });

  test("link to their guides by title, below the description", () => {
    const pages = new Map(limitedPages().map((page) => [`docs/${page}.md`, "# Title\n\nText.\n\n## Schema\n"]));
    const root = fileURLToPath(new URL("../../..", import.meta.url));
    expect(withGuides(root, pages).get("docs/functions/upgrade_path.md")).toBe(
      "# Title\n\nText.\n\nGuides: [Kubernetes upgrades](../guides/upgrades.md).\n\n## Schema\n",
    );
    pages.delete("docs/functions/upgrade_path.md");
    expect(() => withGuides(root, pages)).toThrow("there is no page docs/functions/upgrade_path.md");
  });

  test("are searched for links that lead nowhere", async () => {
    const root = await mkdtemp(join(tmpdir(), "hikube-links-"));
    await mkdir(join(root, "docs/guides"), { recursive: true });
    await writeFile(
      join(root, "docs/index.md"),
      '# A `b` c, d\n<a id="own"></a>\n[x](guides/one.md) [y](#a-b-c-d) [z](#own)\n',
    );
    await writeFile(
      join(root, "docs/guides/one.md"),
      "[a](../index.md#own) [b](two.md) [c](../index.md#none) [d](https://example.org/x)\n\n```hcl\nf(a)[b](c)\n```\n",
    );
    await writeFile(join(root, "README.md"), "[a](docs/index.md) [b](LICENSE)\n");
    expect(await brokenLinks(root)).toEqual([
      "README.md: the link LICENSE leads to no file",
      "docs/guides/one.md: the link two.md leads to no file",
      "docs/guides/one.md: the link ../index.md#none leads to no heading",
    ]);
    await rm(root, { recursive: true });
  });
});
