import { setTimeout as sleep } from "node:timers/promises";
import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { compareStates, fleetingReason, type Missing } from "./compare-life.ts";
import { describeState, type State, sequences } from "./life-states.ts";
import { type RawClient, rawClient } from "./raw-client.ts";
import type { LifeLine, Recording } from "./recording.ts";
import type { Part } from "./report.ts";

/** Polls of the recording lay about 0.09 s apart: what stood for two of them may have been seen by one side only. */
const recordedGap = 0.09;
/** Gap between two of our own polls, in the recording's seconds, beyond which the machine was too busy to judge by. */
const widestGap = 0.6;
/** Watched after the last request, in the recording's seconds. */
const aftermath = 4;

interface Life {
  readonly seen: readonly State[];
  /** The longest time that went unwatched, in the recording's seconds. */
  readonly gap: number;
  /** Requests that were answered with another status. */
  readonly refused: readonly string[];
}

/**
 * Plays the requests of `life.jsonl` at their moments to a sandbox with Flux and machines, polls it as the recorder did, and compares
 * the states that each object went through. `speed` times faster; slower again where something differs, which on a busy machine can be
 * its own delay: what really differs does so at every speed.
 */
export async function replayLife(recording: Recording, speed: number): Promise<Part> {
  let part = judge(recording, await live(recording, speed));
  for (let slower = speed / 2; part.findings.length > 0 && slower >= speed / 4; slower /= 2) {
    part = judge(recording, await live(recording, slower));
  }
  return part;
}

function judge({ version, life }: Recording, lived: Life): Part {
  const findings = [...lived.refused];
  if (lived.gap > widestGap) {
    findings.push(
      `  this machine was too busy to watch: ${lived.gap.toFixed(2)} s of the recording went unseen at once`,
    );
  }
  const fleeting = 2 * Math.max(recordedGap, lived.gap) + recordedGap;
  const first = life.find((line) => line.kind === "request")?.t ?? 0;
  const before = new Set(life.flatMap((line) => (line.kind === "seen" && line.t < first ? [line.object] : [])));
  const theirs = sequences(life.flatMap((line) => (line.kind === "seen" && !before.has(line.object) ? [line] : [])));
  const ours = sequences(lived.seen);
  const excused = new Map<string, Missing[]>();
  let states = 0;
  for (const object of new Set([...theirs.keys(), ...ours.keys()])) {
    const { equal, missing } = compareStates(ours.get(object) ?? [], theirs.get(object) ?? [], fleeting);
    states += equal;
    for (const one of missing) {
      if (one.reason !== undefined) excused.set(one.reason, [...(excused.get(one.reason) ?? []), one]);
      else {
        states += 1;
        findings.push(
          `  ${object}, only ${one.side === "sandbox" ? "in the sandbox" : "recorded"}: ${describeState(one.state)}`,
        );
      }
    }
  }
  const remarks = [...excused].map(([reason, missing]) => {
    const by = (side: Missing["side"]) => missing.filter((one) => one.side === side).length;
    const where = `${by("sandbox")} in the sandbox only, ${by("recorded")} recorded only`;
    return `${version}: ${missing.length} states (${where}): ${reason}${reason === fleetingReason ? `, which here means up to ${fleeting.toFixed(2)} s` : ""}`;
  });
  return { version, what: "states of a cluster's life", steps: states + lived.refused.length, findings, remarks };
}

async function live({ version, life }: Recording, speed: number): Promise<Life> {
  const namespace = /\/namespaces\/([^/]+)\//.exec(life.find((line) => line.kind === "request")?.path ?? "")?.[1];
  if (namespace === undefined) throw new Error("life.jsonl holds no request.");
  const sandbox = await startSandbox({ profile: version, namespace, controllers: "flux", speed });
  const client = rawClient(sandbox);
  const refused: string[] = [];
  try {
    const started = performance.now();
    const clock = () => ((performance.now() - started) / 1000) * speed;
    const watcher = watch(client, sandbox.token, namespace, clock, speed);
    for (const line of life) {
      if (line.kind !== "request") continue;
      await sleep(Math.max(0, ((line.t - clock()) * 1000) / speed));
      watcher.scenario(line.scenario);
      const status = await request(client, sandbox.token, line);
      if (status !== line.status)
        refused.push(`  [${line.scenario}] ${line.method} was answered ${status}, recorded ${line.status}`);
    }
    await sleep((aftermath * 1000) / speed);
    return { ...(await watcher.stop()), refused };
  } finally {
    client.close();
    await sandbox.stop();
  }
}

async function request(
  client: RawClient,
  token: string,
  line: Extract<LifeLine, { kind: "request" }>,
): Promise<number> {
  const { method, path, contentType, body } = line;
  const text = body === undefined || body === null ? undefined : JSON.stringify(body);
  return (await client.send({ method, path, contentType, text, token })).status;
}

/** Looks at the tenant's three lists over and over, as the recorder did, and notes what changed. */
function watch(client: RawClient, token: string, namespace: string, clock: () => number, speed: number) {
  const lists = [
    ["Kubernetes", `/apis/apps.cozystack.io/v1alpha1/namespaces/${namespace}/kuberneteses`],
    ["WorkloadMonitor", `/apis/cozystack.io/v1alpha1/namespaces/${namespace}/workloadmonitors`],
    ["TenantSecret", `/apis/core.cozystack.io/v1alpha1/namespaces/${namespace}/tenantsecrets`],
  ] as const;
  const seen: State[] = [];
  const last = new Map<string, string>();
  let scenario = "";
  let ended = false;
  let gap = 0;
  const look = async (kind: string, path: string) => {
    const { body } = await client.send({ method: "GET", path, token });
    const items = isJsonObject(body) && Array.isArray(body["items"]) ? body["items"].filter(isJsonObject) : [];
    const present = new Set<string>();
    for (const item of items) {
      const object = `${kind}/${String(part(item, "metadata")["name"])}`;
      present.add(object);
      const now = view(kind, item);
      const text = JSON.stringify(now);
      if (last.get(object) !== text) seen.push({ object, t: clock(), scenario, now });
      last.set(object, text);
    }
    for (const object of [...last.keys()]) {
      if (!object.startsWith(`${kind}/`) || present.has(object)) continue;
      last.delete(object);
      seen.push({ object, t: clock(), scenario, now: null });
    }
  };
  const loop = (async () => {
    let before = clock();
    while (!ended) {
      for (const [kind, path] of lists) await look(kind, path);
      const now = clock();
      gap = Math.max(gap, now - before);
      before = now;
      await sleep(50 / speed);
    }
  })();
  // A failure is thrown where the watcher is stopped, not beside everything.
  loop.catch(() => {});
  return {
    scenario: (name: string) => {
      scenario = name;
    },
    stop: async () => {
      ended = true;
      await loop;
      return { seen, gap };
    },
  };
}

const part = (object: JsonObject, key: string): JsonObject => {
  const value: Json | undefined = object[key];
  return isJsonObject(value) ? value : {};
};

/** What the recorder noted of an object, in its words. */
function view(kind: string, object: JsonObject): JsonObject {
  const metadata = part(object, "metadata");
  const spec = part(object, "spec");
  if (kind === "TenantSecret") return { keys: Object.keys(part(object, "data")) };
  const deletionTimestamp = metadata["deletionTimestamp"] ?? null;
  if (kind === "WorkloadMonitor") {
    return { labels: metadata["labels"] ?? null, spec, status: object["status"] ?? null, deletionTimestamp };
  }
  return {
    resourceVersion: metadata["resourceVersion"] ?? null,
    deletionTimestamp,
    finalizers: metadata["finalizers"] ?? null,
    annotations: metadata["annotations"] ?? null,
    status: object["status"] ?? null,
    version: spec["version"] ?? null,
    nodeGroups: Object.keys(part(spec, "nodeGroups")),
  };
}
