/** The error of Go's `encoding/json` for a text that is not JSON: the platform passes it on to the client. */
export function goJsonError(source: string): string {
  try {
    new Scanner(source).document();
  } catch (error) {
    if (error instanceof SyntaxFault) return error.message;
    throw error;
  }
  return endOfInput;
}

const endOfInput = "unexpected end of JSON input";

class SyntaxFault extends Error {}

/** Reads a text in the order in which Go does, up to the first fault. */
class Scanner {
  private at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  document(): void {
    this.value();
    this.space();
    if (this.at < this.source.length) this.fail("after top-level value");
  }

  private peek(): string {
    return this.source.charAt(this.at);
  }

  private fail(context: string): never {
    const isEnd = this.at >= this.source.length;
    throw new SyntaxFault(isEnd ? endOfInput : `invalid character ${quoted(this.peek())} ${context}`);
  }

  private space(): void {
    while (this.peek() !== "" && " \t\r\n".includes(this.peek())) this.at += 1;
  }

  private value(): void {
    this.space();
    const first = this.peek();
    if (first === "{") this.object();
    else if (first === "[") this.array();
    else if (first === '"') this.string();
    else if (first === "t") this.literal("true");
    else if (first === "f") this.literal("false");
    else if (first === "n") this.literal("null");
    else if (first !== "" && "-0123456789".includes(first)) this.number();
    else this.fail("looking for beginning of value");
  }

  private literal(word: string): void {
    for (const letter of word) {
      if (this.peek() !== letter) this.fail(`in literal ${word} (expecting ${quoted(letter)})`);
      this.at += 1;
    }
  }

  private string(): void {
    this.at += 1;
    while (this.peek() !== '"') {
      if (this.peek() < " ") this.fail("in string literal");
      if (this.peek() === "\\") this.escape();
      this.at += 1;
    }
    this.at += 1;
  }

  private escape(): void {
    this.at += 1;
    if (this.peek() === "" || !'"\\/bfnrtu'.includes(this.peek())) this.fail("in string escape code");
    if (this.peek() !== "u") return;
    for (let digit = 0; digit < 4; digit += 1) {
      this.at += 1;
      if (!/[0-9a-fA-F]/.test(this.peek())) this.fail("in \\u hexadecimal character escape");
    }
  }

  private number(): void {
    const match = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/.exec(this.source.slice(this.at));
    if (!match) {
      this.at += 1;
      this.fail("in numeric literal");
    }
    this.at += match?.[0].length ?? 0;
  }

  private object(): void {
    this.items("}", "after object key:value pair", () => {
      this.space();
      if (this.peek() !== '"') this.fail("looking for beginning of object key string");
      this.string();
      this.space();
      if (this.peek() !== ":") this.fail("after object key");
      this.at += 1;
      this.value();
    });
  }

  private array(): void {
    this.items("]", "after array element", () => this.value());
  }

  private items(end: string, context: string, item: () => void): void {
    this.at += 1;
    this.space();
    while (this.peek() !== end) {
      item();
      this.space();
      if (this.peek() === end) break;
      if (this.peek() !== ",") this.fail(context);
      this.at += 1;
      // A comma needs another item.
      this.space();
      if (this.peek() === end) item();
    }
    this.at += 1;
  }
}

function quoted(character: string): string {
  if (character === "'") return "'\\''";
  if (character === '"') return "'\"'";
  return `'${JSON.stringify(character).slice(1, -1)}'`;
}
