import type { Json } from "../../src/base/json.ts";
import type { FaultAction, FaultMatch } from "../../src/sandbox/sandbox.ts";
import type { FaultWorld } from "./fault-world.ts";
import { clusterName } from "./scenarios.ts";

/** One way in which the platform, the network, other people or the machine misbehave. */
export interface FaultKind {
  readonly name: string;
  /** What the diagnostic of a run that fails speaks of. */
  readonly says: RegExp;
  /** Makes it happen at the `k`-th request from now on. */
  readonly arm: (world: FaultWorld, k: number) => void;
  /** Settings of the provider in the run that is hit. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Timeouts of the resources in the run that is hit. */
  readonly patience?: string;
  /** The cluster is deleted by others: what they kept in it goes as well. */
  readonly deletes?: boolean;
  /** Somebody else's cluster of the same name stands afterwards: a destroy of ours must leave it alone. */
  readonly leavesAnother?: boolean;
  /** The run may end without a word: nobody is left to say it. */
  readonly mute?: boolean;
}

/** Adds a fault that does something the moment it strikes; a request that is only held is answered `holdMs` later. */
function strike(world: FaultWorld, match: FaultMatch, action: FaultAction, effect: () => void = () => {}): void {
  world.sandbox.faults.add({
    match,
    get action(): FaultAction {
      world.strikes += 1;
      effect();
      return action;
    },
  });
}

/** One request, or several, are answered otherwise. */
const answer = (
  name: string,
  says: RegExp,
  action: FaultAction,
  { match, ...more }: Partial<FaultKind> & { match?: (k: number) => FaultMatch } = {},
): FaultKind => ({
  name,
  says,
  arm: (world, k) => strike(world, match?.(k) ?? { nth: k }, action),
  ...more,
});

/** The fault does not pass by itself: the run must fail, and say why. */
const forGood = (name: string, says: RegExp, action: FaultAction, more: Partial<FaultKind> = {}): FaultKind =>
  answer(name, says, action, {
    patience: "1500ms",
    settings: { max_retries: 1 },
    match: (k) => ({ nth: k, times: 1_000_000 }),
    ...more,
  });

/** Something happens at the moment when the `k`-th request arrives. */
const moment = (
  name: string,
  says: RegExp,
  effect: (world: FaultWorld) => void,
  { holdMs = 0, ...more }: Partial<FaultKind> & { holdMs?: number } = {},
): FaultKind => ({
  name,
  says,
  arm: (world, k) => strike(world, { nth: k }, { kind: "delay", ms: holdMs }, () => effect(world)),
  ...more,
});

/** Only writes conflict, and there are few of them. */
const aWrite = (k: number): FaultMatch => ({ method: "PATCH", nth: k % 4 === 0 ? 2 : 1 });

const background = (promise: Promise<unknown>): void => void promise.catch(() => {});

const status = (code: number, reason: string, message: string): Json => ({
  kind: "Status",
  apiVersion: "v1",
  metadata: {},
  status: "Failure",
  message,
  reason,
  code,
});
const conflict = status(
  500,
  "InternalError",
  `Internal error occurred: failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.helm.toolkit.fluxcd.io "kubernetes-${clusterName}": the object has been modified; please apply your changes to the latest version and try again`,
);
const page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
const network = /connect|network|answer|reach|broke|closed/i;
const unavailable = /in time|not available|HTTP 5\d\d|did not answer|cannot be used/i;
const credential = /credential|log ?in|token|401|unauthorized/i;

export const faultKinds: readonly FaultKind[] = [
  answer("reset-before", network, { kind: "reset", when: "before" }),
  answer("reset-after", network, { kind: "reset", when: "after" }),
  forGood("reset-for-good", network, { kind: "reset", when: "before" }),
  answer("hang", /answer within|did not answer/i, { kind: "hang" }, { settings: { request_timeout: "400ms" } }),
  forGood(
    "hang-for-good",
    /answer within|did not answer|in time/i,
    { kind: "hang" },
    { settings: { request_timeout: "300ms", max_retries: 1 } },
  ),
  answer("429", /too often|429|too many/i, {
    kind: "answer",
    status: 429,
    body: status(429, "TooManyRequests", "Too many requests, please try again later."),
  }),
  answer("429-retry-after", /too often|429|too many/i, {
    kind: "answer",
    status: 429,
    headers: { "retry-after": "1" },
    body: "slow down\n",
  }),
  forGood("429-for-good", /too often|429|too many/i, {
    kind: "answer",
    status: 429,
    body: status(429, "TooManyRequests", "Too many requests, please try again later."),
  }),
  answer("500", unavailable, {
    kind: "answer",
    status: 500,
    body: status(500, "InternalError", "Internal error occurred: etcdserver: request timed out"),
  }),
  answer("502", unavailable, { kind: "answer", status: 502, headers: { "content-type": "text/html" }, body: page }),
  answer("503", unavailable, { kind: "answer", status: 503, body: "service unavailable\n" }),
  forGood("503-for-good", unavailable, { kind: "answer", status: 503, body: "service unavailable\n" }),
  answer("conflict", /faster|writer|modified/i, { kind: "answer", status: 500, body: conflict }, { match: aWrite }),
  answer(
    "conflict-409",
    /faster|writer|modified/i,
    {
      kind: "answer",
      status: 409,
      body: status(409, "Conflict", "Operation cannot be fulfilled: the object has been modified"),
    },
    { match: aWrite },
  ),
  answer("truncated", /not JSON|JSON/i, { kind: "truncate", bytes: 60 }),
  answer("html", /web page|JSON/i, {
    kind: "answer",
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<!doctype html><title>Log in</title>",
  }),
  forGood("html-for-good", /web page/i, {
    kind: "answer",
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<!doctype html><title>Log in</title>",
  }),
  answer("api-404", /serve|not found/i, { kind: "answer", status: 404, body: "404 page not found\n" }),
  answer("gateway-404", /JSON|web page|address/i, {
    kind: "answer",
    status: 404,
    headers: { "content-type": "text/html" },
    body: page,
  }),
  answer("stale", /./, { kind: "stale", versions: 4 }),
  answer("stale-thrice", /./, { kind: "stale", versions: 2 }, { match: (k) => ({ method: "GET", nth: k, times: 3 }) }),
  answer("slow", /./, { kind: "delay", ms: 400 }),
  moment("deleted", /delet|exist|gone|replaced/i, (world) => background(world.foreign.remove()), {
    deletes: true,
    holdMs: 30,
  }),
  moment("replaced", /another|replaced|exist|delet/i, (world) => background(world.foreign.recreate()), {
    deletes: true,
    leavesAnother: true,
    holdMs: 300,
  }),
  moment(
    "quota",
    /quota/i,
    (world) =>
      world.sandbox.faults.lifecycle(clusterName, {
        quota: "exceeded quota: tenant-quota, requested: limits.cpu=8, used: limits.cpu=60, limited: limits.cpu=64",
      }),
    { patience: "1500ms" },
  ),
  moment(
    "release-fails",
    /cannot render the chart|in time/i,
    (world) =>
      world.sandbox.faults.lifecycle(clusterName, {
        installFails: "cannot render the chart: nil pointer evaluating interface {}.foo",
      }),
    { patience: "1500ms" },
  ),
  moment(
    "never-ends",
    /time|ready|progress/i,
    (world) => world.sandbox.faults.lifecycle(clusterName, { neverFinishes: true }),
    { patience: "1500ms" },
  ),
  moment(
    "group-stuck",
    /time|ready|nodes/i,
    (world) => world.sandbox.faults.lifecycle(clusterName, { groupStuck: "web" }),
    { patience: "1500ms" },
  ),
  moment("killed", /./, (world) => world.mini.kill(), { mute: true }),
  moment("stopped", /stopped|interrupt/i, (world) => world.mini.stop()),
  moment("api-restarts", unavailable, (world) => world.sandbox.restartApiServer(300)),
  moment("api-down", unavailable, (world) => world.sandbox.restartApiServer(4_000), {
    patience: "1500ms",
    settings: { max_retries: 1 },
  }),
  moment("token-renewed", credential, (world) => world.credentials.expire(), { settings: exec() }),
  moment("token-revoked", credential, (world) => world.credentials.expire(), { patience: "3s" }),
  moment("command-hangs", credential, expiring("hangs"), { settings: exec(), patience: "3s" }),
  moment("command-fails", credential, expiring("fails"), { settings: exec(), patience: "3s" }),
  moment("command-rubbish", credential, expiring("rubbish"), { settings: exec(), patience: "3s" }),
  moment("clock-forward", /time/i, (world) => world.clock.jump(2 * 3_600_000)),
];

/** Marks a case whose run logs in through the credential command. */
function exec(): Readonly<Record<string, unknown>> {
  return { max_retries: 2 };
}

function expiring(mode: "hangs" | "fails" | "rubbish") {
  return (world: FaultWorld): void => {
    world.credentials.expire();
    world.credentials.set(mode);
  };
}

/** Whether a run of the real Terraform against a provider of this process can meet it. */
export const meetsTerraform = (kind: FaultKind): boolean =>
  !usesCommand(kind) && !["killed", "token-revoked", "clock-forward", "gateway-404"].includes(kind.name);

export const usesCommand = ({ name }: FaultKind): boolean => name === "token-renewed" || name.startsWith("command-");

export function faultNamed(name: string): FaultKind {
  const found = faultKinds.find((kind) => kind.name === name);
  if (found === undefined)
    throw new Error(`There is no fault ${name}: ${faultKinds.map((one) => one.name).join(", ")}.`);
  return found;
}
