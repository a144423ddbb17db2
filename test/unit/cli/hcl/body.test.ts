import { describe, expect, test } from "vitest";
import { fileText } from "../../../../src/cli/hcl/body.ts";
import { type Expression, expressionText, quoted, Verbatim } from "../../../../src/cli/hcl/expression.ts";

const object = (members: Record<string, Expression>): Expression => new Map(Object.entries(members));

describe("a string in HCL", () => {
  test.each([
    ["plain", '"plain"'],
    ['a "b" \\', String.raw`"a \"b\" \\"`],
    ["a\n\tb\r", String.raw`"a\n\tb\r"`],
    ["\u0000\u001b\u0085\u2028", String.raw`"\u0000\u001b\u0085\u2028"`],
    ["$" + "{a} %{b} $a % {", '"$$' + '{a} %%{b} $a % {"'],
    ["äöü 日本 🦊", '"äöü 日本 🦊"'],
  ])("%j is escaped", (text, literal) => {
    expect(quoted(text)).toBe(literal);
  });
});

describe("a body in HCL", () => {
  test("aligns adjacent arguments of one line", () => {
    const given: [string, Expression][] = [
      ["name", "x"],
      ["enabled", true],
      ["values", object({ "a b": new Verbatim("1"), c: null })],
      ["a", new Verbatim("var.a")],
      ["long_name", []],
    ];
    expect(fileText([{ type: "resource", labels: ["a", "b"], arguments: given }])).toBe(
      [
        'resource "a" "b" {',
        '  name    = "x"',
        "  enabled = true",
        "  values = {",
        '    "a b" = 1',
        "    c     = null",
        "  }",
        "  a         = var.a",
        "  long_name = []",
        "}",
        "",
      ].join("\n"),
    );
  });

  test("shows a text of several lines as a heredoc, except in a list and where a line would end it", () => {
    const block = (text: string) =>
      fileText([
        {
          type: "a",
          arguments: [
            ["long", true],
            ["b", text],
            ["c", [text]],
          ],
        },
      ]);
    expect(block('x: "$' + '{y}"\n  z\n')).toBe(
      'a {\n  long = true\n  b    = <<EOT\nx: "$$' + '{y}"\n  z\nEOT\n  c    = ["x: \\"$$' + '{y}\\"\\n  z\\n"]\n}\n',
    );
    for (const text of ["a\nb", "a\n EOT\n", "a\n\u0007\n", "a\r\nb\n", "a\n"])
      expect(block(text)).not.toContain("<<EOT");
  });

  test("separates blocks by an empty line", () => {
    expect(fileText([{ type: "a", blocks: [{ type: "b" }], arguments: [["c", true]] }, { type: "d" }])).toBe(
      "a {\n  c = true\n\n  b {}\n}\n\nd {}\n",
    );
  });

  test("quotes keys that are no names, or have another meaning", () => {
    const text = expressionText(object({ "cert-manager": "a", "1a": "b", "a.b": "c", for: "d", null: "e" }), 0);
    expect(text.match(/^ {2}\S+/gm)).toEqual(["  cert-manager", '  "1a"', '  "a.b"', '  "for"', '  "null"']);
  });

  test("writes a long list with one line per item, and a short one on one line", () => {
    expect(expressionText(["a", "b"], 0)).toBe('["a", "b"]');
    const long = ["a".repeat(60), "b".repeat(60)];
    expect(expressionText(long, 1)).toBe(`[\n    "${long[0]}",\n    "${long[1]}",\n  ]`);
  });
});
