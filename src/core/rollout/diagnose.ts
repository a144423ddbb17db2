import { showDuration } from "../../base/duration.ts";
import { isJsonObject, type Json } from "../../base/json.ts";
import { objectAt, valueAt } from "../../base/json-pointer.ts";
import { compareQuantities, parseQuantity } from "../../base/quantity.ts";
import { sentence, withoutPeriod } from "../../base/sentence.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { type Context, readOnce } from "../context.ts";
import { isTransient, rethrowBug } from "../core-error.ts";
import type { Notice } from "../desired/state.ts";
import { type ClusterId, releaseName } from "../ids.ts";
import type { WaitOptions } from "../options.ts";
import { parseEvents } from "../read/events.ts";

const recentMs = 30 * 60_000;
const mostEvents = 5;

/**
 * Returns likely reasons why a cluster is not ready, as far as a tenant can read them: recent warning events, and quotas that are
 * nearly exhausted, because a quota never rejects the object itself (platform.md §6.2). Reports an API that does not respond. Empty if
 * nothing is found.
 */
export async function diagnose(context: Context, id: ClusterId, group?: string): Promise<string> {
  let late: KubeError | undefined;
  const kinds = ["events", "resourcequotas"];
  const answers = await readOnce(
    context,
    (signal) => Promise.all(kinds.map((kind) => list(context, `/api/v1/namespaces/${id.namespace}/${kind}`, signal))),
    (why) => {
      late = why;
    },
  );
  if (answers === undefined) return `The API has stopped answering${because(late)}.`;
  const parts: string[] = [];
  const [events = [], quotas = []] = answers.map((answer) => (Array.isArray(answer) ? answer : []));
  const [silence] = answers.filter((answer) => answer instanceof KubeError);
  if (silence !== undefined) parts.push(`The API has stopped answering${because(silence)}.`);
  const prefix = group === undefined ? releaseName(id.name) : `${releaseName(id.name)}-${group}`;
  const warnings = warningsOf(events, prefix, context.clock.now());
  if (warnings.length > 0) parts.push(`Recent warnings: ${warnings.join("; ")}.`);
  const full = quotas.flatMap(nearlyUsed);
  if (full.length > 0) parts.push(`Quota used up or nearly so: ${full.join(", ")}.`);
  return context.secrets.conceal(parts.join(" "));
}

/** A wait for a group or add-on that ended at its deadline. */
interface Late {
  /** E.g. `node group web`. */
  readonly what: string;
  readonly why: string;
  /** Start of the wait, clock ms. */
  readonly began: number;
  readonly options: WaitOptions;
  readonly group?: string;
  /** The known cause. */
  readonly cause?: string | undefined;
}

/** Returns the warning about a late object: what is missing, and a diagnosis. */
export async function notReadyYet(context: Context, id: ClusterId, late: Late): Promise<Notice> {
  const { what, why, group, cause } = late;
  const seen = await diagnose(context, id, group);
  const parts = [
    `The platform accepted it, but after ${waited(late)} ${notReady(`${what} of cluster ${id.name}`, why, what)}`,
    seen,
    cause === undefined ? "" : `Likely cause: ${cause}.`,
  ];
  return { resumable: true, summary: headline(what), detail: parts.filter((part) => part !== "").join(" ") };
}

/** Returns the length of the wait until the deadline: `45m`. */
export const waited = ({ began, options }: Pick<Late, "began" | "options">): string =>
  showDuration(options.deadline - began);

/** Returns `<what> is not ready: <why>.` without repeating a name that `why` begins with. */
export function notReady(what: string, why: string, prefix = what): string {
  const missing = why.startsWith(`${prefix}: `) ? why.slice(prefix.length + 2) : why;
  return `${what} is not ready: ${withoutPeriod(missing)}.`;
}

/** Returns the summary about a late object, e.g. `Node group web is not ready yet`. */
export const headline = (what: string): string => `${sentence(what)} is not ready yet`;

const because = (error: KubeError | undefined): string =>
  error === undefined ? "" : `: ${withoutPeriod(error.message)}`;

/** Returns the items of a list, or the error: a failed diagnosis must not replace the error it explains. */
async function list({ client }: Context, path: string, signal: AbortSignal): Promise<Json[] | KubeError> {
  try {
    const items = valueAt(await client.request({ method: "GET", path, signal }), ["items"]);
    return Array.isArray(items) ? items : [];
  } catch (error) {
    rethrowBug(error, signal);
    const isSilence = error instanceof KubeError && (isTransient(error) || error.code === "Credential");
    return isSilence ? error : [];
  }
}

function warningsOf(events: readonly Json[], prefix: string, now: number): string[] {
  const seen = new Map<string, number>();
  for (const { at, isWarning, about, reason, message, count } of parseEvents(events)) {
    if (!isWarning || !about.includes(prefix) || (Number.isFinite(at) && now - at > recentMs)) continue;
    const text = `${reason} (${about}): ${message}`;
    seen.set(text, (seen.get(text) ?? 0) + count);
  }
  return [...seen]
    .sort((a, b) => b[1] - a[1])
    .slice(0, mostEvents)
    .map(([text]) => text);
}

function nearlyUsed(quota: Json): string[] {
  const used = objectAt(quota, ["status", "used"]);
  return Object.entries(objectAt(quota, ["status", "hard"])).flatMap(([key, hard]) => {
    const limit = parseQuantity(hard);
    const taken = parseQuantity(used[key]);
    if (limit === undefined || taken === undefined || isJsonObject(hard)) return [];
    // Nine tenths, because the remainder is rarely sufficient for another node.
    const ample =
      compareQuantities({ ...taken, numerator: taken.numerator * 10n }, { ...limit, numerator: limit.numerator * 9n }) <
      0;
    return ample ? [] : [`${key} ${String(used[key])} of ${String(hard)}`];
  });
}
