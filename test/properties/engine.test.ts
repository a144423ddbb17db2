import { join } from "node:path";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { noLog } from "../../src/base/log.ts";
import { applyResource } from "../../src/engine/apply.ts";
import { createEngine, type Engine } from "../../src/engine/engine.ts";
import { planResource } from "../../src/engine/plan.ts";
import type { ErasedProvider } from "../../src/engine/provider.ts";
import { readResource } from "../../src/engine/read.ts";
import { tfplugin6 } from "../../src/protocol/generated/tfplugin6.js";
import { schemaMessage } from "../../src/protocol/schema-message.ts";
import type { Attributes } from "../../src/schema/attribute.ts";
import { computed, optional, optionalComputed, required, writeOnly } from "../../src/schema/attribute.ts";
import { authorMistakes } from "../../src/schema/author-mistakes.ts";
import {
  bool,
  dynamic,
  type Kind,
  list,
  map,
  object,
  objectType,
  type PlainKind,
  set,
  string,
} from "../../src/schema/kind.ts";
import { decodeMsgpack, encodeMsgpack } from "../../src/values/msgpack.ts";
import type { ValueObject } from "../../src/values/value.ts";
import { finalPlanProblems, planProblems, resultProblems, stateProblems } from "../contract/core-rules.ts";
import { type CoreSchema, loadSchema, type SchemaMessage } from "../contract/core-schema.ts";
import fc from "../fast-check.ts";
import { answered, anyConfig, anySchema, type Draw, knownOf, resolved } from "./any-schema.ts";

const descriptor = new protobuf.Root().loadSync(join(import.meta.dirname, "../../proto/tfplugin6.proto"), {
  keepCase: true,
});
const schemaType = descriptor.lookupType("tfplugin6.Schema");

/** The schema as core sees it: over the wire, through another codec. Throws where core would refuse it. */
function coreSchema(attributes: Attributes): CoreSchema {
  const wire = tfplugin6.Schema.encode(schemaMessage(attributes, "A thing.", 0)).finish();
  const message = schemaType.toObject(schemaType.decode(wire), { defaults: true, arrays: true });
  return loadSchema(message as unknown as SchemaMessage);
}

interface World {
  readonly engine: Engine<string>;
  /** What the platform has; reads answer it. */
  live: ValueObject;
  /** What the next apply is to bring about. */
  planned: ValueObject;
}

/** An engine with one resource, whose platform answers as `draw` wills, and remembers. */
function createWorld(schema: Attributes, draw: Draw): World {
  const nothing: ValueObject = Object.create(null);
  const provider: ErasedProvider<string> = {
    doc: "A provider.",
    schema: {},
    resources: [
      {
        type,
        definition: {
          doc: "A thing.",
          schema,
          identity: {},
          timeouts: { create: "1m", update: "1m", delete: "1m" },
          read: async () => world.live,
          apply: async () => {
            world.live = answered(schema, world.planned, draw);
            return world.live;
          },
          remove: async () => {},
          identify: () => ({}),
          importState: () => ({}),
        },
      },
    ],
    configure: async () => "client",
    close: async () => {},
    explain: () => undefined,
  };
  const world: World = { engine: createEngine(provider, noLog), live: nothing, planned: nothing };
  world.engine.client = "client";
  return world;
}

const signal = new AbortController().signal;
const type = "acme_thing";

/** Through the wire and back, as between provider and core: sets lose order and duplicates there. */
const overTheWire = (attributes: Attributes, value: ValueObject | null): ValueObject =>
  decodeMsgpack(encodeMsgpack(value, objectType(attributes)), objectType(attributes)) as ValueObject;

test("whatever an author can declare without a mistake, core loads", () => {
  fc.assert(
    fc.property(anySchema, (attributes) => {
      fc.pre(authorMistakes(attributes).length === 0);
      coreSchema(attributes);
    }),
    { numRuns: 200 },
  );
});

test("what core would refuse or crash on, the check for author's mistakes names", () => {
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

describe("the engine, for any schema, configuration and platform", () => {
  const sound = anySchema.filter((attributes) => authorMistakes(attributes).length === 0);

  test("plans, applies, reads and plans again by the rules of core", async () => {
    await fc.assert(
      fc.asyncProperty(sound, fc.gen(), async (attributes, generate) => {
        const draw: Draw = (arbitrary) => generate(arbitrary);
        const core = coreSchema(attributes);
        const world = createWorld(attributes, draw);
        const { engine } = world;
        const plan = async (config: ValueObject, prior: ValueObject | null) => {
          const answer = await planResource(engine, { type, prior, config, private: {}, signal });
          expect(answer.diagnostics.list).toEqual([]);
          const planned = overTheWire(attributes, answer.planned);
          expect(planProblems(core, prior, config, planned)).toEqual([]);
          return planned;
        };
        const apply = async (config: ValueObject, prior: ValueObject | null, planned: ValueObject) => {
          world.planned = planned;
          const answer = await applyResource(engine, { type, prior, planned, config, private: {}, signal });
          expect(answer.diagnostics.list).toEqual([]);
          const state = overTheWire(attributes, answer.state);
          expect(resultProblems(core, planned, state)).toEqual([]);
          // Nothing is left to do: not for a read, and not for a plan.
          const read = await readResource(engine, { type, state, private: {}, signal });
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

  test("reads whatever the platform has become into a sound state", async () => {
    await fc.assert(
      fc.asyncProperty(sound, fc.gen(), fc.boolean(), async (attributes, generate, imported) => {
        const draw: Draw = (arbitrary) => generate(arbitrary);
        const core = coreSchema(attributes);
        const world = createWorld(attributes, draw);
        const config = overTheWire(
          attributes,
          draw(() => anyConfig(attributes, false)),
        );
        const planned = await planResource(world.engine, { type, prior: null, config, private: {}, signal });
        world.planned = overTheWire(attributes, planned.planned);
        const request = {
          type,
          prior: null,
          planned: overTheWire(attributes, planned.planned),
          config,
          private: {},
          signal,
        };
        const { state } = await applyResource(world.engine, request);
        const { live } = world;
        for (const [name, attribute] of Object.entries(attributes)) {
          if (attribute.mode !== "writeOnly") live[name] = draw(() => fc.option(knownOf(attribute.kind, false)));
        }
        const read = await readResource(world.engine, {
          type,
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
