import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * `npm run test:load` runs `npm test` three times as it is and three times beside processes that keep the machine busy, prints what each
 * run came to, and fails where one was red. Words are given to `npm test`.
 */

const root = fileURLToPath(new URL("..", import.meta.url));
const usage = "Options after `--`: --runs N (3), --load N (15), --only loaded|idle; then words for `npm test`.";

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const { runs, load, only, words } = options();
const busy = new Set<ChildProcess>();
let tests: ChildProcess | undefined;
let said = "";
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    console.log(lastLines());
    // With all that it has started.
    if (tests?.pid !== undefined) process.kill(-tests.pid, "SIGKILL");
    process.exit(1);
  });
}
process.on("exit", end);

let red = 0;
for (const kind of ["idle", "loaded"] as const) {
  if (only !== undefined && only !== kind) continue;
  for (let run = 1; run <= runs; run++) {
    if (kind === "loaded") await raise();
    if (!(await once(`${kind} ${run} of ${runs}`, kind === "loaded"))) red++;
  }
  end();
}
console.log(red === 0 ? "every run was green" : `${red} runs were red`);
process.exit(red === 0 ? 0 : 1);

/** One run of all tests, and a line about it. */
async function once(name: string, loaded: boolean): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "hikube-load-"));
  const json = join(folder, "report.json");
  const loads = [one()];
  const began = performance.now();
  // What runs beside the tests changes; the load that was asked for stays.
  const watching = setInterval(() => {
    loads.push(one());
    if (loaded) keep();
  }, 10_000);
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${json}`];
    const code = await npmTest([...words, ...reporters]);
    loads.push(one());
    const report = readReport(json);
    const failed = (report?.testResults ?? []).flatMap(({ name: file, status, message, assertionResults }) => {
      const names = assertionResults.filter((result) => result.status === "failed").map(({ fullName }) => fullName);
      const where = file.startsWith(root) ? file.slice(root.length) : file;
      // A file that fails as a whole has no test that did.
      if (names.length === 0 && status === "failed") return [`${where}: ${message?.split("\n")[0] ?? "failed"}`];
      return names.map((test) => `${where}: ${test}`);
    });
    const at = `load ${loads[0]} at the start, ${loads[Math.floor(loads.length / 2)]} in the middle, ${loads.at(-1)} at the end`;
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    const counts = `${report?.numPassedTests ?? 0} passed, ${report?.numFailedTests ?? 0} failed`;
    console.log(`${name}: ${code === 0 ? "green" : "RED"}: ${counts}; ${minutes} minutes; ${at}`);
    for (const line of failed) console.log(`    ${line}`);
    if (code !== 0 && failed.length === 0) console.log(lastLines());
    return code === 0;
  } finally {
    clearInterval(watching);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm test` without output; its last lines are kept for a run that fails before any test. */
async function npmTest(args: readonly string[]): Promise<number | null> {
  const child = spawn(process.execPath, [join(root, "scripts", "test.ts"), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  tests = child;
  said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text: Buffer) => {
      said = (said + text.toString()).slice(-20_000);
    });
  }
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  tests = undefined;
  return code;
}

function lastLines(): string {
  return said.trim().split("\n").slice(-20).join("\n");
}

function readReport(path: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch {
    return undefined;
  }
}

/** Load of the last minute. */
function one(): string {
  return loadavg()[0]?.toFixed(1) ?? "?";
}

/** Keeps the machine busy until the load of the last minute is what is wanted: as many processes as are missing beside the others. */
async function raise(): Promise<void> {
  while ((loadavg()[0] ?? 0) < load * 0.9) {
    burn(load - (running() - busy.size));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  }
}

/** One more or one less where the load has moved away from what is wanted. */
function keep(): void {
  const now = loadavg()[0] ?? 0;
  if (now < load - 1) burn(busy.size + 1);
  if (now > load + 1) burn(busy.size - 1);
}

/** So many busy processes; at least one, and never more than the load. */
function burn(wanted: number): void {
  const count = Math.min(Math.ceil(load), Math.max(1, Math.round(wanted)));
  while (busy.size < count) {
    const child = spawn(process.execPath, ["--eval", "for (;;);"], { stdio: "ignore" });
    busy.add(child);
    child.on("exit", () => busy.delete(child));
  }
  for (const child of [...busy].slice(count)) stop(child);
}

/** How many threads run or want to; where the machine does not tell, the busy ones and one test process. */
function running(): number {
  try {
    return Number(/^\S+ \S+ \S+ (\d+)\//.exec(readFileSync("/proc/loadavg", "utf8"))?.[1]) - 1;
  } catch {
    return busy.size + 1;
  }
}

function stop(child: ChildProcess): void {
  busy.delete(child);
  child.kill("SIGKILL");
}

function end(): void {
  for (const child of busy) stop(child);
}

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "3" },
      load: { type: "string", default: "15" },
      only: { type: "string" },
    },
  });
  const [runs, load] = [Number(values.runs), Number(values.load)];
  const { only } = values;
  if (!Number.isInteger(runs) || runs < 1 || !(load > 0) || (only !== undefined && !/^(loaded|idle)$/.test(only))) {
    console.error(usage);
    process.exit(2);
  }
  return { runs, load, only, words: positionals };
}
