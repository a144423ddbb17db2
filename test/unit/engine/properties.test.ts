import { join } from "node:path";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { noLog } from "../../../src/base/log.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../../../src/engine/engine.ts";
import { applyResource } from "../../../src/engine/resource/apply.ts";
import type { Private, Resource } from "../../../src/engine/resource/definition.ts";
import { planResource } from "../../../src/engine/resource/plan.ts";
import { readResource } from "../../../src/engine/resource/read.ts";
import { forgetUnknown } from "../../../src/engine/resource/state-after-apply.ts";
import { tfplugin6 } from "../../../src/protocol/generated/tfplugin6.js";
import { schemaMessage } from "../../../src/protocol/schema-message.ts";
import { computed, optional, optionalComputed, required, writeOnly } from "../../../src/schema/attribute.ts";
import type { Attributes, Kind, PlainKind } from "../../../src/schema/declaration.ts";
import { bool, dynamic, list, map, object, objectType, set, string, wireType } from "../../../src/schema/kind.ts";
import { valuesEqual } from "../../../src/values/equal.ts";
import { decodeMsgpack, encodeMsgpack } from "../../../src/values/msgpack/index.ts";
import type { Value, ValueObject } from "../../../src/values/value.ts";
import { isMembers } from "../../../src/values/value-kind.ts";
import { authorMistakes } from "../../support/author-mistakes.ts";
import fc from "../../support/fast-check.ts";
import {
  finalPlanProblems,
  planProblems,
  resultProblems,
  stateProblems,
} from "../../support/terraform-core/core-rules.ts";
import type { CoreSchema, SchemaMessage } from "../../support/terraform-core/core-schema.ts";
import { loadSchema } from "../../support/terraform-core/core-schema.ts";
import type { Draw } from "../../support/values/any-schema.ts";
import { answered, anyConfig, anySchema, knownOf, resolved } from "../../support/values/any-schema.ts";

const descriptor = new protobuf.Root().loadSync(join(import.meta.dirname, "../../../proto/tfplugin6.proto"), {
  keepCase: true,
});
const schemaType = descriptor.lookupType("tfplugin6.Schema");

/** The schema as core sees it: over the wire, through another codec. Throws where core would refuse it. */
function coreSchema(attributes: Attributes): CoreSchema {
  const wire = tfplugin6.Schema.encode(schemaMessage(attributes, "A thing.", 0)).finish();
  const message = schemaType.toObject(schemaType.decode(wire), { defaults: true, arrays: true });
  return loadSchema(message as unknown as SchemaMessage);
}

interface Trial {
  readonly engine: Engine<string>;
  readonly thing: Resource<string>;
  /** What the platform has; reads answer it. */
  live: ValueObject;
  /** What the next apply is to bring about. */
  planned: ValueObject;
  /** What the last apply was told to wish, and what had been wished before. */
  wish: ValueObject;
  former: ValueObject | undefined;
}

/** An engine with one resource, whose platform answers as `draw` wills, and remembers. */
function createTrial(schema: Attributes, draw: Draw): Trial {
  const nothing: ValueObject = Object.create(null);
  const thing: Resource<string> = {
    type: "acme_thing",
    definition: {
      doc: "A thing.",
      schema,
      identity: {},
      timeouts: { create: "1m", update: "1m", delete: "1m" },
      read: async () => trial.live,
      apply: async ({ wish, former }) => {
        trial.wish = wish as unknown as ValueObject;
        trial.former = former as unknown as ValueObject | undefined;
        trial.live = answered(schema, trial.planned, draw);
        return trial.live;
      },
      remove: async () => {},
      identify: () => ({}),
      importState: () => ({}),
    },
  };
  const trial: Trial = {
    engine: createEngine({ explain: () => undefined }, noLog),
    thing,
    live: nothing,
    planned: nothing,
    wish: nothing,
    former: nothing,
  };
  trial.engine.client = "client";
  return trial;
}

const signal = new AbortController().signal;

/** Through the wire and back, as between provider and core: sets lose order and duplicates there. */
const overTheWire = (attributes: Attributes, value: ValueObject | null): ValueObject =>
  decodeMsgpack(encodeMsgpack(value, objectType(attributes)), objectType(attributes)) as ValueObject;

test("core loads every schema without an author's mistake", () => {
  fc.assert(
    fc.property(anySchema, (attributes) => {
      fc.pre(authorMistakes(attributes).length === 0);
      coreSchema(attributes);
    }),
    { numRuns: 200 },
  );
});

test("the check for author's mistakes names all that core refuses or crashes on", () => {
  const kinds: fc.Memo<Kind> = fc.memo((depth) => {
    const plain = fc.constantFrom<Kind>(
      string,
      bool,
      dynamic,
      list(dynamic),
      set(dynamic as PlainKind<unknown>),
      map(string),
    );
    if (depth <= 1) return plain;
    const inner = fc.dictionary(names, attributeOf(kinds(depth - 1)), { maxKeys: 2, noNullPrototype: true });
    return fc.oneof(plain, inner.map(object), inner.map(list), inner.map(set), inner.map(map)) as fc.Arbitrary<Kind>;
  });
  const names = fc.constantFrom("a", "b", "count", "for_each", "Upper", "1st", "with-dash", "provider");
  const attributeOf = (kind: fc.Arbitrary<Kind>) =>
    fc
      .tuple(kind, fc.constantFrom(required, optional, computed, optionalComputed, writeOnly))
      .map(([of, make]) => (make as typeof required)(of, { doc: "x" }));
  fc.assert(
    fc.property(
      fc.dictionary(names, attributeOf(kinds(3)), { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      (schema) => {
        let refused: unknown;
        try {
          coreSchema(schema as Attributes);
        } catch (error) {
          refused = error;
        }
        if (refused !== undefined) expect(authorMistakes(schema as Attributes), String(refused)).not.toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});

/** Paths of what a wish has and the plan has not; write-only values come from the configuration. */
function strays(attributes: Attributes, wish: Value, planned: Value, config: Value, path = ""): string[] {
  if (!isMembers(wish)) return wish === null ? [] : [path];
  return Object.entries(attributes).flatMap(([name, { mode, kind }]) => {
    const [wished, of, from] = [wish, planned, config].map((object) =>
      isMembers(object) ? (object[name] ?? null) : null,
    );
    if (wished === null || wished === undefined) return [];
    const at = `${path}.${name}`;
    if (mode === "writeOnly") return valuesEqual(wished, from ?? null, wireType(kind)) ? [] : [at];
    if (kind.plain) return valuesEqual(wished, forgetUnknown(of ?? null), kind.wire) ? [] : [at];
    const { nesting, attributes: inner } = kind;
    if (nesting === "single") return strays(inner, wished, of ?? null, from ?? null, at);
    const elements = (value: Value | undefined): [string, Value][] =>
      Array.isArray(value)
        ? value.map((element, index): [string, Value] => [String(index), element])
        : value !== undefined && isMembers(value)
          ? Object.entries(value)
          : [];
    const [inPlan, inConfig] = [new Map(elements(of)), new Map(elements(from))];
    return elements(wished).flatMap(([key, element]) =>
      strays(inner, element, inPlan.get(key) ?? null, inConfig.get(key) ?? null, `${at}[${key}]`),
    );
  });
}

describe("the engine, for any schema, configuration and platform", () => {
  const sound = anySchema.filter((attributes) => authorMistakes(attributes).length === 0);

  test("plans, applies, reads and plans again by the rules of core", async () => {
    await fc.assert(
      fc.asyncProperty(sound, fc.gen(), async (attributes, generate) => {
        const draw: Draw = (arbitrary) => generate(arbitrary);
        const core = coreSchema(attributes);
        const trial = createTrial(attributes, draw);
        const { engine } = trial;
        const plan = async (config: ValueObject, prior: ValueObject | null) => {
          const answer = await planResource(engine, trial.thing, { prior, config, private: {}, signal });
          expect(answer.diagnostics.list).toEqual([]);
          const planned = overTheWire(attributes, answer.planned);
          expect(planProblems(core, prior, config, planned)).toEqual([]);
          return planned;
        };
        const apply = async (config: ValueObject, prior: ValueObject | null, planned: ValueObject) => {
          trial.planned = planned;
          const answer = await applyResource(engine, trial.thing, { prior, planned, config, private: {}, signal });
          expect(answer.diagnostics.list).toEqual([]);
          const state = overTheWire(attributes, answer.state);
          expect(resultProblems(core, planned, state)).toEqual([]);
          // Nothing is left to do: not for a read, and not for a plan.
          const read = await readResource(engine, trial.thing, { state, private: {}, signal });
          expect(overTheWire(attributes, read.state)).toEqual(state);
          expect(await plan(config, state)).toEqual(state);
          return state;
        };

        const first = overTheWire(
          attributes,
          draw(() => anyConfig(attributes, false)),
        );
        const state = await apply(first, null, await plan(first, null));

        const later = overTheWire(
          attributes,
          draw(() => anyConfig(attributes, true)),
        );
        const seen = await plan(later, state);
        const known = overTheWire(attributes, resolved(attributes, later, draw));
        const final = await plan(known, state);
        expect(finalPlanProblems(core, seen, final)).toEqual([]);
        await apply(known, state, final);

        const fresh = await plan(later, null);
        expect(finalPlanProblems(core, fresh, await plan(known, null))).toEqual([]);
      }),
      { numRuns: 400, interruptAfterTimeLimit: 15_000 },
    );
  });

  test("apply gets no wish that the plan does not contain, for any later configuration", async () => {
    await fc.assert(
      fc.asyncProperty(sound, fc.gen(), async (attributes, generate) => {
        const draw: Draw = (arbitrary) => generate(arbitrary);
        const trial = createTrial(attributes, draw);
        const { engine } = trial;
        const configuration = () =>
          overTheWire(
            attributes,
            draw(() => anyConfig(attributes, false)),
          );
        const step = async (
          planFor: ValueObject,
          applyWith: ValueObject,
          prior: ValueObject | null,
          notes: Private,
        ) => {
          const plan = await planResource(engine, trial.thing, { prior, config: planFor, private: notes, signal });
          const planned = overTheWire(attributes, plan.planned);
          trial.planned = planned;
          const request = { prior, planned, config: applyWith, private: plan.private, signal };
          const answer = await applyResource(engine, trial.thing, request);
          expect(answer.diagnostics.list).toEqual([]);
          return { planned, state: overTheWire(attributes, answer.state), private: answer.private };
        };
        const first = configuration();
        const made = await step(first, first, null, {});
        expect(strays(attributes, trial.wish, made.planned, first)).toEqual([]);

        // Core plans with what `ignore_changes` leaves of a configuration and applies with all of it.
        const later = configuration();
        const ignoring = { ...later };
        for (const name of Object.keys(attributes)) {
          if (attributes[name]?.mode !== "computed" && draw(() => fc.boolean()))
            ignoring[name] = made.state[name] ?? null;
        }
        const { planned } = await step(ignoring, later, made.state, made.private);
        expect(strays(attributes, trial.wish, planned, later)).toEqual([]);
        for (const [name, attribute] of Object.entries(attributes)) {
          const wished = trial.wish[name] ?? null;
          if (attribute.mode === "writeOnly" || wished === null) continue;
          const wire = wireType(attribute.kind);
          const same = valuesEqual(planned[name] ?? null, made.state[name] ?? null, wire);
          if (same && attribute.kind.plain)
            expect(valuesEqual(trial.former?.[name] ?? null, wished, wire), `${name} is written`).toBe(true);
        }
      }),
      { numRuns: 400, interruptAfterTimeLimit: 15_000 },
    );
  });

  test("reads whatever the platform has become into a sound state", async () => {
    await fc.assert(
      fc.asyncProperty(sound, fc.gen(), fc.boolean(), async (attributes, generate, imported) => {
        const draw: Draw = (arbitrary) => generate(arbitrary);
        const core = coreSchema(attributes);
        const trial = createTrial(attributes, draw);
        const config = overTheWire(
          attributes,
          draw(() => anyConfig(attributes, false)),
        );
        const planned = await planResource(trial.engine, trial.thing, { prior: null, config, private: {}, signal });
        trial.planned = overTheWire(attributes, planned.planned);
        const request = {
          prior: null,
          planned: overTheWire(attributes, planned.planned),
          config,
          private: {},
          signal,
        };
        const { state } = await applyResource(trial.engine, trial.thing, request);
        const { live } = trial;
        for (const [name, attribute] of Object.entries(attributes)) {
          if (attribute.mode !== "writeOnly") live[name] = draw(() => fc.option(knownOf(attribute.kind, false)));
        }
        const read = await readResource(trial.engine, trial.thing, {
          state: overTheWire(attributes, state),
          private: imported ? { imported: true } : {},
          signal,
        });
        expect(read.diagnostics.list).toEqual([]);
        expect(stateProblems(core, overTheWire(attributes, read.state))).toEqual([]);
      }),
      { numRuns: 150, interruptAfterTimeLimit: 15_000 },
    );
  });
});
