import type { Attributes } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import { attributePath, formatPath, type Path } from "../../values/path.ts";
import type { ValueObject } from "../../values/value.ts";
import { Diagnostics } from "../diagnostic.ts";
import { type Engine, guarded } from "../engine.ts";
import type { Private, Resource } from "./definition.ts";
import { planObject, replacePaths } from "./plan-object.ts";
import { pathsIn, releasedNote, setNote } from "./private-state.ts";
import { configuredPaths } from "./wish.ts";

interface PlanRequest {
  readonly prior: ValueObject | null;
  /** Null on destroy. */
  readonly config: ValueObject | null;
  readonly private: Private;
  readonly signal: AbortSignal;
}

interface PlanAnswer {
  readonly diagnostics: Diagnostics;
  readonly planned: ValueObject | null;
  readonly requiresReplace: readonly Path[];
  readonly private: Private;
}

/**
 * Implements PlanResourceChange: deterministic, without side effects, called two or three times per run (protocol.md §4.1). The second
 * half of a replacement is recognised by a null prior state together with the private state of the first half.
 */
export async function planResource<Client>(
  engine: Engine<Client>,
  { definition }: Resource<Client>,
  request: PlanRequest,
): Promise<PlanAnswer> {
  const diagnostics = new Diagnostics();
  const kept: Private = { ...request.private };
  let planned: ValueObject | null = request.prior;
  const requiresReplace: Path[] = [];
  await guarded(engine, diagnostics, async () => {
    const { prior, config, signal } = request;
    const { client } = engine;
    if (config === null) {
      planned = null;
      if (prior !== null) await definition.planRemove?.({ state: prior, client, private: kept, diagnostics });
      return;
    }
    const { schema } = definition;
    const released = noteConfigured(schema, config, prior, kept);
    const asks = client !== undefined && (prior === null || released.size > 0);
    const defaults = asks ? await definition.defaults?.({ config, prior, client, signal }) : undefined;
    const plan = planObject(schema, config, prior, { defaults, released });
    const changed = prior === null || changes(schema, prior, plan);
    planned = plan;
    if (prior !== null) requiresReplace.push(...replacePaths(schema, prior, plan));
    if (prior !== null && !changed && request.private[setNote] === undefined) {
      noteLocalChanges(schema, config, prior, plan, diagnostics);
    }
    await definition.modifyPlan?.({
      config,
      prior,
      plan,
      client,
      diagnostics,
      signal,
      private: kept,
      replacing: prior === null && request.private["planned"] === true,
      changed,
      requireReplace: (where) => {
        const path = typeof where === "string" ? attributePath(where) : (where ?? []);
        if (!requiresReplace.some((other) => formatPath(other) === formatPath(path))) requiresReplace.push(path);
      },
    });
  });
  if (planned !== null) {
    kept["planned"] = true;
    if (engine.holdsState) diagnostics.addToErrors(howToDestroy);
  }
  return { diagnostics, planned, requiresReplace, private: kept };
}

/** `terraform destroy` first makes a normal plan, so an error in that plan prevents the destroy (protocol.md §4.1). */
const howToDestroy = "To destroy instead of correcting this, run `terraform destroy -refresh=false`.";

/** Notes the configured paths; returns the paths that the last apply's configuration set and this one does not. */
function noteConfigured(
  schema: Attributes,
  config: ValueObject,
  prior: ValueObject | null,
  notes: Private,
): ReadonlySet<string> {
  const set = configuredPaths(schema, config);
  const before = prior === null ? [] : pathsIn(notes[setNote]);
  const released = before.filter((path) => !set.includes(path));
  notes[setNote] = set;
  if (released.length > 0) notes[releasedNote] = released;
  else delete notes[releasedNote];
  return new Set(released);
}

/** Whether a plan changes anything on the platform. */
const changes = (attributes: Attributes, prior: ValueObject, plan: ValueObject): boolean =>
  changedNames(attributes, prior, plan).some((name) => attributes[name]?.providerOnly !== true);

const changedNames = (attributes: Attributes, prior: ValueObject, plan: ValueObject): string[] =>
  Object.entries(attributes)
    .filter(([name, { kind }]) => !valuesEqual(prior[name] ?? null, plan[name] ?? null, wireType(kind)))
    .map(([name]) => name);

/** After an import: settings that the platform does not store appear as a change, although nothing is written. */
function noteLocalChanges(
  schema: Attributes,
  config: ValueObject,
  prior: ValueObject,
  plan: ValueObject,
  diagnostics: Diagnostics,
): void {
  const names = changedNames(schema, prior, plan)
    .filter((name) => (config[name] ?? null) !== null)
    .map((name) => `\`${name}\``);
  if (names.length === 0) return;
  diagnostics.warning(
    "Only the Terraform state changes",
    `${names.join(", ")}: the platform does not store ${names.length === 1 ? "this setting" : "these settings"}, so an import ` +
      "cannot read it. The apply records the configured value and writes nothing to the platform.",
  );
}
