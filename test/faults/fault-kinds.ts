import type { Json } from "../../src/base/json.ts";
import type { FaultAction, FaultMatch } from "../../src/sandbox/sandbox.ts";
import type { FaultSetup } from "./fault-setup.ts";
import { clusterName } from "./scenarios.ts";

/** One way in which the platform, the network, other people or the machine misbehave. */
export interface FaultKind {
  readonly name: string;
  /** What the diagnostic of a run that fails speaks of; undefined where it passes by itself, and no run may fail for it. */
  readonly says?: RegExp;
  /** Makes it happen at the `k`-th request from now on. */
  readonly arm: (setup: FaultSetup, k: number) => void;
  /** Only writes of an object that stands already meet it. */
  readonly needsPatch?: boolean;
  /** Only writes meet it, creations included. */
  readonly needsWrite?: boolean;
  /** Only a run that deletes the cluster meets it. */
  readonly needsDeletion?: boolean;
  /** Settings of the provider in the run that is hit. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Timeouts of the resources in the run that is hit. */
  readonly patience?: string;
  /** The cluster is deleted by others: what they kept in it goes as well. */
  readonly deletes?: boolean;
  /** Another client's cluster of the same name exists afterwards: our destroy must keep it. */
  readonly leavesAnother?: boolean;
  /** Processes die of it. */
  readonly kills?: boolean;
  /** The run may end without a diagnostic: its process is gone. */
  readonly mute?: boolean;
}

/** Timeouts of a run that is not to end well: long enough for a busy machine to get to the fault. */
const patience = "2500ms";

/** Adds a fault that does something the moment it strikes; a request that is only held is answered `holdMs` later. */
function strike(setup: FaultSetup, match: FaultMatch, action: FaultAction, effect: () => void = () => {}): void {
  setup.sandbox.faults.add({
    match,
    get action(): FaultAction {
      setup.strikes += 1;
      effect();
      return action;
    },
  });
}

/** One request, or several, are answered otherwise. */
const answer = (
  name: string,
  action: FaultAction,
  { match, ...more }: Partial<FaultKind> & { match?: (k: number) => FaultMatch } = {},
): FaultKind => ({ name, arm: (setup, k) => strike(setup, match?.(k) ?? { nth: k }, action), ...more });

/** The fault does not pass by itself: a run that needs more of the platform must fail, and say why. */
const forGood = (name: string, says: RegExp, action: FaultAction, more: Partial<FaultKind> = {}): FaultKind =>
  answer(name, action, {
    says,
    patience,
    settings: { max_retries: 1 },
    match: (k) => ({ nth: k, times: 1_000_000 }),
    ...more,
  });

/** Something happens at the moment when the `k`-th request arrives. */
const moment = (
  name: string,
  effect: (setup: FaultSetup) => void,
  { holdMs = 0, ...more }: Partial<FaultKind> & { holdMs?: number } = {},
): FaultKind => ({
  name,
  arm: (setup, k) => strike(setup, { nth: k }, { kind: "delay", ms: holdMs }, () => effect(setup)),
  ...more,
});

/** Only writes conflict, and there are few of them. */
const conflicting: Partial<FaultKind> & { match: (k: number) => FaultMatch } = {
  needsPatch: true,
  match: (k) => ({ method: "PATCH", nth: k % 4 === 0 ? 2 : 1 }),
};

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
const busy = status(429, "TooManyRequests", "Too many requests, please try again later.");
const page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
const loginPage: FaultAction = {
  kind: "answer",
  status: 200,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><title>Log in</title>",
};
const redirect: FaultAction = {
  kind: "answer",
  status: 302,
  headers: { location: "https://login.example.com/", "content-type": "text/html" },
  body: "<a href='https://login.example.com/'>Found</a>",
};
const refusedByQuota: FaultAction = {
  kind: "answer",
  status: 403,
  body: status(
    403,
    "Forbidden",
    `helmreleases.helm.toolkit.fluxcd.io "kubernetes-${clusterName}" is forbidden: exceeded quota: tenant-quota, requested: count/helmreleases=1, used: count/helmreleases=4, limited: count/helmreleases=4`,
  ),
};
const network = /cannot be reached|connection to the API .* broke/i;
const silence = /did not answer within|has not answered for|stopped answering|platform's API does not answer/i;
const unavailable = /not available|HTTP 50\d|etcdserver|apiserver|cannot be reached|unable to handle the request/i;
const credential = /credential|log ?in|token|401|unauthorized|has not answered for|stopped answering/i;
const slowly = /is not ready yet|is not deleted yet|did not accept the change/i;

export const faultKinds: readonly FaultKind[] = [
  answer("reset-before", { kind: "reset", when: "before" }),
  answer("reset-after", { kind: "reset", when: "after" }),
  forGood("reset-for-good", network, { kind: "reset", when: "before" }),
  answer("break-amid", { kind: "break", bytes: 80, ends: "reset" }),
  answer("stall-amid", { kind: "break", bytes: 80, ends: "hang" }, { settings: { request_timeout: "400ms" } }),
  answer("hang", { kind: "hang" }, { settings: { request_timeout: "400ms" } }),
  forGood("hang-for-good", silence, { kind: "hang" }, { settings: { request_timeout: "300ms", max_retries: 1 } }),
  answer("429", { kind: "answer", status: 429, body: busy }),
  answer("429-retry-after", {
    kind: "answer",
    status: 429,
    headers: { "retry-after": "1" },
    body: "slow down\n",
  }),
  forGood("429-for-good", /too often|429|too many/i, { kind: "answer", status: 429, body: busy }),
  answer("500", {
    kind: "answer",
    status: 500,
    body: status(500, "InternalError", "Internal error occurred: etcdserver: request timed out"),
  }),
  answer("502", { kind: "answer", status: 502, headers: { "content-type": "text/html" }, body: page }),
  answer("503", { kind: "answer", status: 503, body: "service unavailable\n" }),
  forGood("503-for-good", unavailable, { kind: "answer", status: 503, body: "service unavailable\n" }),
  answer("conflict", { kind: "answer", status: 500, body: conflict }, conflicting),
  answer(
    "conflict-409",
    {
      kind: "answer",
      status: 409,
      body: status(409, "Conflict", "Operation cannot be fulfilled: the object has been modified"),
    },
    conflicting,
  ),
  answer("truncated", { kind: "truncate", bytes: 60 }),
  answer("html", loginPage),
  forGood("html-for-good", /web page/i, loginPage),
  forGood("redirect-for-good", /redirect|HTTP 302|web page/i, redirect),
  forGood("forbidden-for-good", /forbidden|not allowed|is not ready yet/i, {
    kind: "answer",
    status: 403,
    body: status(403, "Forbidden", "kuberneteses.apps.cozystack.io is forbidden: you may not do that any more"),
  }),
  answer("api-404", { kind: "answer", status: 404, body: "404 page not found\n" }, { says: /serve|not found/i }),
  answer(
    "gateway-404",
    { kind: "answer", status: 404, headers: { "content-type": "text/html" }, body: page },
    { says: /JSON|web page|address/i },
  ),
  answer("stale", { kind: "stale", versions: 4 }),
  answer("stale-thrice", { kind: "stale", versions: 2 }, { match: (k) => ({ method: "GET", nth: k, times: 3 }) }),
  // After a restart, a server makes patches on an old copy for a while.
  answer(
    "stale-base",
    { kind: "stale", versions: 8 },
    { needsPatch: true, match: () => ({ method: "PATCH", times: 6 }) },
  ),
  answer("slow", { kind: "delay", ms: 400 }),
  moment("deleted", (setup) => background(setup.foreign.remove()), {
    says: /delet|exist|gone|replaced/i,
    deletes: true,
    holdMs: 30,
  }),
  moment("replaced", (setup) => background(setup.foreign.recreate()), {
    says: /another|replaced|exist|delet/i,
    deletes: true,
    leavesAnother: true,
    holdMs: 300,
  }),
  // A no-op write of another client takes Flux's finalizer away: just before our deletion, or while the platform uninstalls.
  {
    name: "touched-in-deletion",
    says: /still runs parts of it|is not deleted yet/i,
    patience,
    needsDeletion: true,
    arm: (setup, k) =>
      strike(
        setup,
        { method: "DELETE", path: new RegExp(`/kuberneteses/${clusterName}$`) },
        { kind: "delay", ms: 0 },
        () => {
          if (k % 2 === 0) setup.sandbox.control("Kubernetes", clusterName, { finalizers: [] });
          else background(setup.foreign.patch([{ op: "test", path: "/metadata/name", value: clusterName }]));
        },
      ),
  },
  moment(
    "quota",
    (setup) =>
      setup.sandbox.faults.lifecycle(clusterName, {
        quota: "exceeded quota: tenant-quota, requested: limits.cpu=8, used: limits.cpu=60, limited: limits.cpu=64",
      }),
    { says: /quota/i, patience },
  ),
  {
    name: "quota-refused",
    needsWrite: true,
    says: /exceeded quota/i,
    patience,
    arm: (setup, k) => {
      for (const method of ["POST", "PATCH"])
        strike(setup, { method, nth: 2 - (k % 2), times: 1_000_000 }, refusedByQuota);
    },
  },
  moment(
    "release-fails",
    (setup) =>
      setup.sandbox.faults.lifecycle(clusterName, {
        installFails: "cannot render the chart: nil pointer evaluating interface {}.foo",
      }),
    { says: /cannot render the chart/i, patience },
  ),
  moment("never-ends", (setup) => setup.sandbox.faults.lifecycle(clusterName, { neverFinishes: true }), {
    says: slowly,
    patience,
  }),
  moment("group-stuck", (setup) => setup.sandbox.faults.lifecycle(clusterName, { groupStuck: "web" }), {
    says: slowly,
    patience,
  }),
  moment("killed", (setup) => setup.mini.kill("provider"), { mute: true, kills: true }),
  moment("all-killed", (setup) => setup.mini.kill("everything"), { mute: true, kills: true }),
  moment("stopped", (setup) => setup.mini.stop(), { says: /stopped|interrupt|halted/i }),
  moment("api-restarts", (setup) => setup.sandbox.restartApiServer(300)),
  moment("api-down", (setup) => setup.sandbox.restartApiServer(4_000), {
    // The deadline may find a request under way that is not refused yet.
    says: new RegExp(`${unavailable.source}|${silence.source}`, "i"),
    patience,
    settings: { max_retries: 1 },
  }),
  moment("token-renewed", (setup) => setup.credentials.expire(), { settings: exec() }),
  moment("token-short-lived", (setup) => setup.credentials.shorten(), { settings: exec() }),
  moment("token-revoked", (setup) => setup.credentials.expire(), { says: credential, patience: "3s" }),
  moment("command-hangs", expiring("hangs"), { says: credential, settings: exec(), patience: "3s" }),
  moment("command-fails", expiring("fails"), { says: credential, settings: exec(), patience: "3s" }),
  moment("command-rubbish", expiring("rubbish"), { says: credential, settings: exec(), patience: "3s" }),
  moment("clock-forward", (setup) => setup.clock.jump(2 * 3_600_000), { says: /time|deadline/i }),
];

/** Marks a case whose run logs in through the credential command. */
function exec(): Readonly<Record<string, unknown>> {
  return { max_retries: 2 };
}

function expiring(mode: "hangs" | "fails" | "rubbish") {
  return (setup: FaultSetup): void => {
    setup.credentials.expire();
    setup.credentials.set(mode);
  };
}

/** Whether a run of the real Terraform can have it: the clock of its processes cannot be set. */
export const meetsTerraform = ({ name }: FaultKind): boolean => name !== "clock-forward";

/** Whether the run logs in through a credential command. */
export const usesCommand = ({ name }: FaultKind): boolean => /^(?:token-renewed|token-short-lived|command-)/.test(name);

export function faultNamed(name: string): FaultKind {
  const found = faultKinds.find((kind) => kind.name === name);
  if (found === undefined)
    throw new Error(`There is no fault ${name}: ${faultKinds.map((one) => one.name).join(", ")}.`);
  return found;
}
