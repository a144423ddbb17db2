import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "../../../src/base/shell-word.ts";

test.each(["plain", "/a/b-c_1.2", "with blank", "it's", '$HOME `id` "x" \\ *', "~/x", "", "a\nb", "-n", "ä…"])(
  "the shell reads the word for %j as that text",
  (text) => {
    expect(execFileSync("sh", ["-c", `printf '%s|' ${shellWord(text)}`], { encoding: "utf8" })).toBe(`${text}|`);
  },
);

test("a path that needs no quotes has none", () => {
  expect(shellWord("dist/terraform-provider-hikube_v0.1.0")).toBe("dist/terraform-provider-hikube_v0.1.0");
});
