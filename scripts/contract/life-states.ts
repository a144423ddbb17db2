import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";

/** A state of one object as a tenant's polling saw it. */
export interface State {
  /** `Kubernetes/life`, `WorkloadMonitor/kubernetes-life-web`, … */
  readonly object: string;
  /** Seconds of the recording's clock. */
  readonly t: number;
  readonly scenario: string;
  /** What was seen; null once it was gone. */
  readonly now: JsonObject | null;
}

/** A state that stood for a while, until another followed. */
export interface Stood extends State {
  /** What makes it equal to another: everything but times and versions, as text. */
  readonly key: string;
  /** Seconds until the next state of the object; infinite for the last. */
  readonly stood: number;
}

const aside = new Set(["resourceVersion", "lastTransitionTime", "deletionTimestamp"]);

/** Times and versions aside, but whether there is one stays. */
export function keyOf(now: JsonObject | null): string {
  return JSON.stringify(sortKeys(now), (name, value: unknown) => (aside.has(name) && value ? "*" : value));
}

function sortKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key] ?? null)]),
  );
}

/** The states of each object in order; neighbours that differ in times and versions alone are one state. */
export function sequences(seen: readonly State[]): Map<string, Stood[]> {
  const objects = new Map<string, Stood[]>();
  for (const state of seen) {
    const states = objects.get(state.object) ?? [];
    objects.set(state.object, states);
    const key = keyOf(state.now);
    const last = states.at(-1);
    if (last?.key === key) continue;
    if (last !== undefined) states[states.length - 1] = { ...last, stood: state.t - last.t };
    states.push({ ...state, key, stood: Number.POSITIVE_INFINITY });
  }
  return objects;
}

/** A state in one line for people. */
export function describeState({ t, scenario, now }: State): string {
  return `${t.toFixed(2)} s [${scenario}] ${now === null ? "gone" : summary(now)}`;
}

function summary(now: JsonObject): string {
  const status = isJsonObject(now["status"]) ? now["status"] : {};
  const conditions = Array.isArray(status["conditions"]) ? status["conditions"].filter(isJsonObject) : [];
  if (Array.isArray(now["nodeGroups"])) {
    const parts = conditions.map(({ type, status: is, reason, message }) => {
      const text = String(message);
      return `${String(type)}=${String(is)}/${String(reason)} ${text.length > 150 ? `…${text.slice(-150)}` : text}`;
    });
    const deleting = now["deletionTimestamp"] === null ? "" : " deleting";
    return `${String(now["version"])} groups ${now["nodeGroups"].join(",")}${deleting} ${parts.join(" | ") || "no conditions"}`;
  }
  return JSON.stringify(now["status"] === undefined ? now : { spec: now["spec"], status: now["status"] }).slice(-300);
}
