import { type Log, noLog } from "../../src/base/log.ts";
import { validateConfig } from "../../src/engine/check-config.ts";
import type { Diagnostic } from "../../src/engine/diagnostic.ts";
import { createEngine, type Engine, findPart, stopEngine } from "../../src/engine/engine.ts";
import { withAllKeys } from "../../src/engine/nested.ts";
import type { ErasedProvider } from "../../src/engine/provider.ts";
import { configureProvider, validateProvider } from "../../src/engine/provider.ts";
import { applyResource } from "../../src/engine/resource/apply.ts";
import type { Private } from "../../src/engine/resource/definition.ts";
import { importResource } from "../../src/engine/resource/import.ts";
import { planResource } from "../../src/engine/resource/plan.ts";
import { readResource } from "../../src/engine/resource/read.ts";
import type { Session } from "../../src/hikube/shared/session.ts";
import { objectType } from "../../src/schema/kind.ts";
import { dynamicFromJson } from "../../src/values/dynamic-json.ts";
import { containsUnknown, valuesEqual } from "../../src/values/equal.ts";
import { UNKNOWN, type Value, type ValueObject } from "../../src/values/value.ts";

/** One resource of a configuration. `cluster_id` may name the address of the cluster it refers to. */
export interface Declared {
  readonly address: string;
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Address of the cluster whose id becomes `cluster_id`. */
  readonly of?: string;
}

export interface Stored {
  readonly type: string;
  readonly state: ValueObject;
  readonly private: Private;
  readonly tainted: boolean;
}

export interface Run {
  readonly diagnostics: readonly (Diagnostic & { readonly address: string })[];
  /** What was planned, without resources that need nothing. */
  readonly changes: readonly string[];
}

/**
 * A Terraform small enough to run a thousand times: refreshes, plans everything, then applies in order of dependency, ten at a
 * time, and keeps a state. Every phase has an engine of its own, as every phase of Terraform has a process of its own.
 */
export interface MiniTerraform {
  readonly state: Map<string, Stored>;
  plan(declared: readonly Declared[]): Promise<Run>;
  apply(declared: readonly Declared[]): Promise<Run>;
  importInto(declared: Declared, id: string): Promise<Run>;
  /** As Ctrl-C: whatever waits answers with what it knows. */
  stop(): void;
  /** As SIGKILL, of whomever: what was under way reaches no state any more, what Terraform was told before has. */
  kill(victim: "provider" | "everything"): void;
}

type Noted = Diagnostic & { readonly address: string };

interface Planned {
  readonly declared: Declared;
  readonly planned: ValueObject | null;
  readonly config: ValueObject;
  readonly action: "create" | "update" | "replace" | "none";
  readonly private: Private;
}

export function createMiniTerraform(
  provider: ErasedProvider<Session>,
  settings: () => Readonly<Record<string, unknown>>,
  log: Log = noLog,
): MiniTerraform {
  const state = new Map<string, Stored>();
  let current: Engine<Session> | undefined;
  let alive = true;

  const withEngine = async <T>(
    diagnostics: Noted[],
    work: (engine: Engine<Session>) => Promise<T>,
  ): Promise<T | undefined> => {
    const engine = createEngine<Session>(provider, log);
    current = engine;
    const config = withAllKeys(provider.schema, settings() as ValueObject);
    const validated = await validateProvider(engine, provider, config);
    const configured = validated.failed ? validated : await configureProvider(engine, provider, config);
    diagnostics.push(...configured.list.map((one) => ({ ...one, address: "provider" })));
    if (configured.failed) return undefined;
    try {
      return await work(engine);
    } finally {
      if (engine.client !== undefined) await provider.close(engine.client);
    }
  };

  const configOf = (one: Declared): ValueObject => {
    const { schema } = findPart(provider.resources, one.type, "resource").definition;
    const raw: Record<string, unknown> = { ...one.config };
    if (one.of !== undefined) raw["cluster_id"] = state.get(one.of)?.state["id"] ?? UNKNOWN;
    for (const name of ["values", "values_wo"])
      if (raw[name] !== undefined) raw[name] = dynamicFromJson(raw[name] as never);
    return withAllKeys(schema, raw as ValueObject);
  };

  const refresh = async (engine: Engine<Session>, diagnostics: Noted[]) => {
    await Promise.all(
      [...state].map(async ([address, stored]) => {
        const read = await readResource(engine, findPart(provider.resources, stored.type, "resource"), {
          state: stored.state,
          private: stored.private,
          signal: engine.stop.signal,
        });
        diagnostics.push(...read.diagnostics.list.map((one) => ({ ...one, address })));
        if (read.diagnostics.failed || !alive) return;
        if (read.state === null) state.delete(address);
        else state.set(address, { ...stored, state: read.state, private: read.private });
      }),
    );
  };

  const planOne = async (engine: Engine<Session>, one: Declared, diagnostics: Noted[]): Promise<Planned> => {
    const { schema } = findPart(provider.resources, one.type, "resource").definition;
    const config = configOf(one);
    const stored = state.get(one.address);
    const prior = stored === undefined || stored.tainted ? null : stored.state;
    const validated = await validateConfig(
      engine,
      findPart(provider.resources, one.type, "resource").definition,
      config,
    );
    const ask = (before: ValueObject | null, notes: Private) =>
      planResource(engine, findPart(provider.resources, one.type, "resource"), {
        prior: before,
        config,
        private: notes,
        signal: engine.stop.signal,
      });
    let answer = await ask(prior, prior === null ? {} : (stored?.private ?? {}));
    const replaced = prior !== null && answer.requiresReplace.length > 0;
    if (replaced && !answer.diagnostics.failed) answer = await ask(null, answer.private);
    const all = [...validated.list, ...answer.diagnostics.list];
    diagnostics.push(...all.map((diagnostic) => ({ ...diagnostic, address: one.address })));
    const same = prior !== null && answer.planned !== null && valuesEqual(prior, answer.planned, objectType(schema));
    const action = stored?.tainted || replaced ? "replace" : prior === null ? "create" : same ? "none" : "update";
    return { declared: one, planned: answer.planned, config, action, private: answer.private };
  };

  const planAll = async (engine: Engine<Session>, declared: readonly Declared[], diagnostics: Noted[]) => {
    await refresh(engine, diagnostics);
    const plans: Planned[] = [];
    for (const level of levels(declared)) {
      plans.push(...(await Promise.all(level.map((one) => planOne(engine, one, diagnostics)))));
    }
    const gone = [...state.keys()].filter((address) => !declared.some((one) => one.address === address));
    for (const address of gone) {
      const { type, state: prior, private: notes } = state.get(address) as Stored;
      const { diagnostics: said } = await planResource(engine, findPart(provider.resources, type, "resource"), {
        prior,
        config: null,
        private: notes,
        signal: engine.stop.signal,
      });
      diagnostics.push(...said.list.map((one) => ({ ...one, address })));
    }
    const changes = plans
      .filter(({ action }) => action !== "none")
      .map((plan) => `${plan.action} ${plan.declared.address}`);
    return { plans, gone, changes: [...changes, ...gone.map((address) => `delete ${address}`)] };
  };

  const destroyOne = async (engine: Engine<Session>, address: string, diagnostics: Noted[]): Promise<boolean> => {
    const stored = state.get(address);
    if (stored === undefined) return true;
    const { type, state: prior, private: notes } = stored;
    const answer = await applyResource(engine, findPart(provider.resources, type, "resource"), {
      prior,
      planned: null,
      config: null,
      private: notes,
      signal: engine.stop.signal,
    });
    diagnostics.push(...answer.diagnostics.list.map((one) => ({ ...one, address })));
    if (!alive) return false;
    if (answer.state === null) state.delete(address);
    else state.set(address, { ...stored, state: answer.state, private: answer.private });
    return answer.state === null;
  };

  const applyOne = async (engine: Engine<Session>, plan: Planned, diagnostics: Noted[]): Promise<boolean> => {
    const { address, type } = plan.declared;
    if (plan.action === "none") return true;
    if (plan.action === "replace" && !(await destroyOne(engine, address, diagnostics))) return false;
    // Core plans again with what is known by now.
    const again = await planOne(engine, plan.declared, diagnostics);
    if (diagnostics.some((one) => one.address === address && one.severity === "error")) return false;
    if (again.planned === null || containsUnknown(again.config))
      throw new Error(`${address} cannot be applied: it is not known`);
    const prior = state.get(address)?.state ?? null;
    const answer = await applyResource(engine, findPart(provider.resources, type, "resource"), {
      prior,
      planned: again.planned,
      config: again.config,
      private: again.private,
      signal: engine.stop.signal,
    });
    diagnostics.push(...answer.diagnostics.list.map((one) => ({ ...one, address })));
    const failed = answer.diagnostics.failed;
    if (!alive) return false;
    if (answer.state !== null) {
      state.set(address, { type, state: answer.state, private: answer.private, tainted: failed && prior === null });
    }
    return !failed;
  };

  const hasErrors = (diagnostics: readonly Noted[]) => diagnostics.some(({ severity }) => severity === "error");

  return {
    state,
    plan: async (declared) => {
      alive = true;
      const diagnostics: Noted[] = [];
      const planned = await withEngine(diagnostics, (engine) => planAll(engine, declared, diagnostics));
      return { diagnostics, changes: planned?.changes ?? [] };
    },
    apply: async (declared) => {
      alive = true;
      const diagnostics: Noted[] = [];
      const planned = await withEngine(diagnostics, (engine) => planAll(engine, declared, diagnostics));
      if (planned === undefined || hasErrors(diagnostics) || !alive)
        return { diagnostics, changes: planned?.changes ?? [] };
      await withEngine(diagnostics, async (engine) => {
        const members = planned.gone.filter((address) => state.get(address)?.type !== "hikube_cluster");
        const clusters = planned.gone.filter((address) => state.get(address)?.type === "hikube_cluster");
        const broken = new Set<string>();
        for (const level of levels(planned.plans.map((plan) => plan.declared))) {
          const plans = planned.plans.filter((plan) => level.includes(plan.declared));
          await tenAtATime(plans, async (plan) => {
            const { of, address } = plan.declared;
            if (of !== undefined && broken.has(of)) broken.add(address);
            else if (!(await applyOne(engine, plan, diagnostics))) broken.add(address);
          });
        }
        await tenAtATime(members, async (address) => void (await destroyOne(engine, address, diagnostics)));
        const left = members.some((address) => state.has(address));
        if (!left) await tenAtATime(clusters, async (address) => void (await destroyOne(engine, address, diagnostics)));
      });
      return { diagnostics, changes: planned.changes };
    },
    importInto: async (declared, id) => {
      alive = true;
      const diagnostics: Noted[] = [];
      await withEngine(diagnostics, async (engine) => {
        const answer = await importResource(engine, findPart(provider.resources, declared.type, "resource"), { id });
        diagnostics.push(...answer.diagnostics.list.map((one) => ({ ...one, address: declared.address })));
        if (answer.state === undefined) return;
        const read = await readResource(engine, findPart(provider.resources, declared.type, "resource"), {
          state: answer.state,
          private: answer.private,
          signal: engine.stop.signal,
        });
        diagnostics.push(...read.diagnostics.list.map((one) => ({ ...one, address: declared.address })));
        if (read.diagnostics.failed || read.state === null) return;
        state.set(declared.address, { type: declared.type, state: read.state, private: read.private, tainted: false });
      });
      return { diagnostics, changes: [] };
    },
    stop: () => {
      if (current !== undefined) stopEngine(current);
    },
    kill: () => {
      alive = false;
      if (current !== undefined) stopEngine(current);
    },
  };
}

/** Clusters first, then what refers to them. */
const levels = (declared: readonly Declared[]): (readonly Declared[])[] => [
  declared.filter(({ of }) => of === undefined),
  declared.filter(({ of }) => of !== undefined),
];

async function tenAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  await Promise.all(
    Array.from({ length: Math.min(10, rest.length) }, async () => {
      for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
    }),
  );
}

/** Every string in a state, for looking for what must not be there. */
export const textOf = (stored: Iterable<Stored>): string =>
  JSON.stringify([...stored], (_, value: Value) =>
    value instanceof Object && "text" in value ? String(value) : value,
  );
