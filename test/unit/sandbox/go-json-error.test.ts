import { expect, test } from "vitest";
import { goJsonError } from "../../../src/sandbox/api/application/go-json-error.ts";

test.each([
  ["{nope", "invalid character 'n' looking for beginning of object key string"],
  ["", "unexpected end of JSON input"],
  ['{"a":1', "unexpected end of JSON input"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 2}', "invalid character '2' after object key:value pair"],
  ["[1 2]", "invalid character '2' after array element"],
  ["nope", "invalid character 'o' in literal null (expecting 'u')"],
  ["{} x", "invalid character 'x' after top-level value"],
  ['{"a":?}', "invalid character '?' looking for beginning of value"],
  ['"\\q"', "invalid character 'q' in string escape code"],
])("Go JSON error > of %j is as Go reports it", (text, error) => {
  expect(goJsonError(text)).toBe(error);
});
