import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

// `npm run words`: what people read is plain technical English, and a test name fits on a line. Prints each place with a better word.

/** What a piece of writing is: a page, a comment, a text of the program, a name in its code, the name of a test. */
type Place = "page" | "comment" | "text" | "code" | "test name";

interface Rule {
  readonly pattern: RegExp;
  readonly better: string;
  /** Where it counts; in everything but code where it does not say. */
  readonly places?: readonly Place[];
}

export interface Finding {
  readonly line: number;
  readonly found: string;
  readonly better: string;
}

const longestTestName = 90;

/** A space in a pattern is any white space, with the marks that begin a comment's next line. */
const words = (source: string): RegExp => new RegExp(source.replaceAll(" ", "(?:\\s|\\*|//)+"), "gi");
const names = (source: string): RegExp => new RegExp(`\\b(?:${source})\\b`, "g");

const rules: readonly Rule[] = [
  { pattern: words("\\bshall\\b"), better: "must, will" },
  { pattern: words("\\banew\\b"), better: "again" },
  { pattern: words("\\bfor ever\\b"), better: "indefinitely, always" },
  { pattern: words("\\b(?:some|any|no)body\\b"), better: "another client, a user, no one" },
  { pattern: words("\\bwho(?:so)?ever\\b"), better: "the caller that, any client that" },
  { pattern: words("\\b(?:he|him|his|himself)\\b"), better: "it, its, they" },
  {
    pattern: words("(?:^|[.;:(] |\\b(?:and|or|but|for|to|by|of) )who [a-z]+s\\b"),
    better: "the caller that, a client that",
  },
  { pattern: words("^[ /*]*Who [a-z]+\\b"), better: "the caller that, a client that" },
  { pattern: words("\\bThis is no\\b"), better: "Invalid …" },
  { pattern: words("\\b(?:fewest|most) nodes\\b"), better: "min_replicas, max_replicas" },
  { pattern: words("\\bwith a reservation\\b"), better: "with a warning" },
  { pattern: words("\\b(?:exists|is there) already\\b"), better: "already exists" },
  { pattern: words("\\bgetting in between\\b"), better: "write conflict" },
  { pattern: words("\\bSomething was left behind\\b"), better: "Orphaned resources" },
  { pattern: words("\\bmakes the platform fail\\b"), better: "Blocked by another resource" },
  { pattern: words("\\bHalf a client certificate\\b"), better: "Incomplete client certificate" },
  { pattern: words("\\bformer sel(?:f|ves)\\b"), better: "the previous object" },
  { pattern: words("\\bcluster with GPU nodes stands\\b"), better: "creates a GPU cluster" },
  { pattern: words("\\bNothing outside is asked\\b"), better: "no network access" },
  { pattern: words("\\bswitched (?:on|off)\\b"), better: "enabled, disabled" },
  { pattern: words("\\bit said\\b"), better: "the message" },
  { pattern: /^(?:It|They) [^.]*$/g, better: "a headline that begins with its subject", places: ["text"] },
  { pattern: names("Settle"), better: "Timings", places: ["code"] },
  { pattern: names("glance"), better: "readOnce", places: ["code"] },
  { pattern: names("riders"), better: "housekeepingChanges", places: ["code"] },
  { pattern: names("markers"), better: "annotations", places: ["code"] },
  { pattern: names("heal"), better: "forceReconcile", places: ["code"] },
  { pattern: names("patiently"), better: "retryUntilDeadline", places: ["code"] },
  { pattern: names("Proof"), better: "RequestCredentials", places: ["code"] },
  { pattern: names("toDomain"), better: "expand", places: ["code"] },
  { pattern: names("fromDomain"), better: "flatten", places: ["code"] },
  { pattern: names("converging"), better: "applyAndSave", places: ["code"] },
  { pattern: names("answerTaken"), better: "resolveAccepted", places: ["code"] },
];

const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*(?:\n[ \t]*\/\/[^\n]*)*/;
const literal = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`/;
const regex = /(?<=[(,=:[!&|?{};]\s*|return\s+)\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//;
/** Comments, texts and regular expressions in the order of the source; a text inside a placeholder of another counts as code. */
const tokens = new RegExp([comment, literal, regex].map(({ source }) => source).join("|"), "g");

/** The code before the name of a test: `test(`, `describe.each(…)(`, `test.each(…)(`; `typing(` makes tests of printed commands. */
const beforeTestName = /(?:\b(?:test|describe|it|typing)(?:\.\w+)*|\))\(\s*$/;

interface Piece {
  readonly place: Place;
  readonly text: string;
  readonly at: number;
}

function piecesOf(source: string, isTest: boolean): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const { 0: token, index } of source.matchAll(tokens)) {
    if (/^\/[^/*]/.test(token)) continue;
    if (!isTest) found.push({ place: "code", text: source.slice(end, index), at: end });
    end = index + token.length;
    if (token.startsWith("/")) found.push({ place: "comment", text: token, at: index });
    else if (!isTest) found.push({ place: "text", text: token.slice(1, -1), at: index + 1 });
    else if (beforeTestName.test(source.slice(0, index).slice(-200)))
      found.push({ place: "test name", text: token.slice(1, -1), at: index + 1 });
  }
  return isTest ? found : [...found, { place: "code", text: source.slice(end), at: end }];
}

/** What a file has of the worst words, and names of tests that are too long. */
export function findWords(source: string, kind: "page" | "code" | "test"): Finding[] {
  const pieces: Piece[] =
    kind === "page" ? [{ place: "page", text: source, at: 0 }] : piecesOf(source, kind === "test");
  const findings = pieces.flatMap(({ place, text, at }) => {
    const lineAt = (index: number) => source.slice(0, at + index).split("\n").length;
    const wordy = rules
      .filter(({ places }) => places?.includes(place) ?? place !== "code")
      .flatMap(({ pattern, better }) =>
        [...text.matchAll(pattern)].map(({ 0: found, index }) => ({
          line: lineAt(index),
          found: found.replaceAll(/[\s*/]+/g, " ").trim(),
          better,
        })),
      );
    const isLong = place === "test name" && text.length > longestTestName;
    const better = `at most ${longestTestName} characters`;
    return isLong ? [...wordy, { line: lineAt(0), found: text, better }] : wordy;
  });
  return findings.sort((a, b) => a.line - b.line);
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const filesIn = (folder: string, extension: string): string[] =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .map((file) => join(root, folder, file))
      .filter((file) => file.endsWith(extension) && !file.includes("generated"));
  const files = [
    ...filesIn("src", ".ts").map((file) => ({ file, kind: "code" as const })),
    ...filesIn("test", ".ts").map((file) => ({ file, kind: "test" as const })),
    // Only their comments: this file's texts are the words themselves.
    ...filesIn("scripts", ".ts").map((file) => ({ file, kind: "test" as const })),
    ...[
      ...filesIn("docs", ".md"),
      ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"].map((file) => join(root, file)),
    ].map((file) => ({ file, kind: "page" as const })),
  ];
  const lines = files.flatMap(({ file, kind }) =>
    findWords(readFileSync(file, "utf8"), kind).map(
      ({ line, found, better }) => `${relative(root, file)}:${line}: ${found}: better: ${better}`,
    ),
  );
  for (const line of lines) console.log(line);
  console.log(lines.length === 0 ? `no bad words in ${files.length} files` : `${lines.length} places`);
  process.exitCode = lines.length === 0 ? 0 : 1;
}
