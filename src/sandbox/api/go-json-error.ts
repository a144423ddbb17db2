/** What Go's `encoding/json` says of a text that is not JSON: the platform passes it on to the client. */
export function goJsonError(source: string): string {
  let at = 0;
  const space = () => {
    while (at < source.length && " \t\r\n".includes(source.charAt(at))) at += 1;
  };
  const fail = (context: string): never => {
    throw new Fault(
      at >= source.length
        ? "unexpected end of JSON input"
        : `invalid character ${quoted(source.charAt(at))} ${context}`,
    );
  };
  const literal = (word: string) => {
    for (const [index, letter] of [...word].entries()) {
      if (source.charAt(at) !== letter) fail(`in literal ${word} (expecting ${quoted(letter)})`);
      at += 1;
      if (index === word.length - 1) return;
    }
  };
  const string = () => {
    at += 1;
    while (source.charAt(at) !== '"') {
      if (at >= source.length || source.charAt(at) < " ") fail("in string literal");
      if (source.charAt(at) === "\\") {
        at += 1;
        if (!'"\\/bfnrtu'.includes(source.charAt(at)) || at >= source.length) fail("in string escape code");
        if (source.charAt(at) === "u") {
          for (let digit = 0; digit < 4; digit += 1) {
            at += 1;
            if (!/[0-9a-fA-F]/.test(source.charAt(at))) fail("in \\u hexadecimal character escape");
          }
        }
      }
      at += 1;
    }
    at += 1;
  };
  const number = () => {
    const match = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/.exec(source.slice(at));
    if (!match) {
      at += 1;
      fail("in numeric literal");
    }
    at += match?.[0].length ?? 0;
  };
  const value = () => {
    space();
    const first = source.charAt(at);
    if (first === "{") object();
    else if (first === "[") array();
    else if (first === '"') string();
    else if (first === "t") literal("true");
    else if (first === "f") literal("false");
    else if (first === "n") literal("null");
    else if (first !== "" && "-0123456789".includes(first)) number();
    else fail("looking for beginning of value");
  };
  const object = () => {
    at += 1;
    space();
    if (source.charAt(at) === "}") {
      at += 1;
      return;
    }
    for (;;) {
      space();
      if (source.charAt(at) !== '"') fail("looking for beginning of object key string");
      string();
      space();
      if (source.charAt(at) !== ":") fail("after object key");
      at += 1;
      value();
      space();
      if (source.charAt(at) === "}") break;
      if (source.charAt(at) !== ",") fail("after object key:value pair");
      at += 1;
    }
    at += 1;
  };
  const array = () => {
    at += 1;
    space();
    if (source.charAt(at) === "]") {
      at += 1;
      return;
    }
    for (;;) {
      value();
      space();
      if (source.charAt(at) === "]") break;
      if (source.charAt(at) !== ",") fail("after array element");
      at += 1;
    }
    at += 1;
  };
  try {
    value();
    space();
    if (at < source.length) fail("after top-level value");
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
  return "unexpected end of JSON input";
}

class Fault extends Error {}

function quoted(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}
