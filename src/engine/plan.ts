import type { Attributes } from "../schema/attribute.ts";
import { wireType } from "../schema/kind.ts";
import { valuesEqual } from "../values/equal.ts";
import { attributePath, formatPath, type Path } from "../values/path.ts";
import type { ValueObject } from "../values/value.ts";
import { Diagnostics } from "./diagnostic.ts";
import { type Engine, findResource, guarded } from "./engine.ts";
import { markUnknown, planObject, replacePaths } from "./plan-object.ts";
import type { Private } from "./resource.ts";

export interface PlanRequest {
  readonly type: string;
  readonly prior: ValueObject | null;
  /** Null when the resource is to be destroyed. */
  readonly config: ValueObject | null;
  readonly private: Private;
  readonly signal: AbortSignal;
}

export interface PlanAnswer {
  readonly diagnostics: Diagnostics;
  readonly planned: ValueObject | null;
  readonly requiresReplace: readonly Path[];
  readonly private: Private;
}

/**
 * PlanResourceChange: deterministic, without side effects, and asked two or three times per run (protocol.md §4.1). The second
 * half of a replacement comes with a null prior state and the private state of the first, which is how it is recognised.
 */
export async function planResource<Client>(engine: Engine<Client>, request: PlanRequest): Promise<PlanAnswer> {
  const diagnostics = new Diagnostics();
  const kept: Private = { ...request.private };
  let planned: ValueObject | null = request.prior;
  const requiresReplace: Path[] = [];
  await guarded(engine, diagnostics, async () => {
    const { definition } = findResource(engine, request.type);
    const { prior, config } = request;
    if (config === null) {
      planned = null;
      if (prior !== null) await definition.planRemove?.({ state: prior, client: engine.client, diagnostics });
      return;
    }
    const plan = planObject(definition.schema, config, prior);
    const changed = prior === null || changes(definition.schema, prior, plan);
    if (changed) markUnknown(definition.schema, config, plan);
    planned = plan;
    if (prior !== null) requiresReplace.push(...replacePaths(definition.schema, prior, plan));
    await definition.modifyPlan?.({
      config,
      prior,
      plan,
      client: engine.client,
      diagnostics,
      signal: request.signal,
      private: kept,
      replacing: prior === null && request.private["planned"] === true,
      changed,
      requireReplace: (where) => {
        const path = typeof where === "string" ? attributePath(where) : (where ?? []);
        if (!requiresReplace.some((other) => formatPath(other) === formatPath(path))) requiresReplace.push(path);
      },
    });
  });
  if (planned !== null) kept["planned"] = true;
  return { diagnostics, planned, requiresReplace, private: kept };
}

/** Whether a plan changes anything on the platform. */
const changes = (attributes: Attributes, prior: ValueObject, plan: ValueObject): boolean =>
  Object.entries(attributes).some(
    ([name, { kind, local }]) => !local && !valuesEqual(prior[name] ?? null, plan[name] ?? null, wireType(kind)),
  );
