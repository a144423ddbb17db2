import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "../../../src/base/shell-word.ts";

test.each(["plain", "/a/b-c_1.2", "with blank", "it's", '$HOME `id` "x" \\ *', "~/x", "", "a\nb", "-n", "ä…"])(
  "shellWord of %j is read by the shell as that text",
  (text) => {
    expect(execFileSync("sh", ["-c", `printf '%s|' ${shellWord(text)}`], { encoding: "utf8" })).toBe(`${text}|`);
  },
);

test("shellWord adds no quotes to a plain path", () => {
  expect(shellWord("dist/terraform-provider-hikube_v0.1.0")).toBe("dist/terraform-provider-hikube_v0.1.0");
});
