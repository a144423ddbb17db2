import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { valueAt } from "../../../src/base/json-pointer.ts";
import { dynamicFromJson } from "../../../src/values/dynamic-json.ts";
import type { Type } from "../../../src/values/type.ts";
import type { Value, ValueObject } from "../../../src/values/value.ts";
import type { Connection } from "../../support/plugin-client/connection.ts";
import type { Message } from "../../support/plugin-client/services.ts";
import { diagnosticsOf, dynamic, hasError } from "../../support/terraform-core/core-answers.ts";
import type { Core } from "../../support/terraform-core/core-client.ts";
import { type CoreSchema, configOf, impliedType } from "../../support/terraform-core/core-schema.ts";
import { type Served, startServed } from "../../support/terraform-core/served.ts";

// Text that means something to some program on the way, at every place of the schema that takes text.

let served: Served;
let core: Core;
beforeAll(async () => {
  served = await startServed("1.6.2");
  core = await served.core();
});
afterAll(() => served?.stop());

const hostile: Readonly<Record<string, string>> = {
  quotes: `"'\`\\"`,
  templates: "${" + "path.module} %{if true}{{ .Values }}%{endif}",
  newlines: "a\r\nb\n---\nc: d\u2028",
  "zero bytes": "a\u0000b",
  bidi: "\u202eevil\u2066x\u2069\ufeff",
  "lone surrogates": "a\ud800b\udfff",
  "a megabyte": "x".repeat(1_000_000),
};

const written: Readonly<Record<string, Record<string, unknown>>> = {
  hikube_cluster: { name: "a", version: "1.34" },
  hikube_nodegroup: { cluster_id: "tenant-demo/a", name: "b" },
  hikube_addon: { cluster_id: "tenant-demo/a", name: "velero" },
};

interface Place {
  readonly name: string;
  readonly put: (text: string) => Value;
}

const only = (key: string, value: Value): ValueObject => Object.assign(Object.create(null), { [key]: value });

/** Every place of a type where text can stand. */
function placesIn(type: Type, name: string): Place[] {
  switch (type.kind) {
    case "string":
      return [{ name, put: (text) => text }];
    case "dynamic":
      return [
        { name, put: (text) => dynamicFromJson(text) },
        { name: `${name}.velero.text`, put: (text) => dynamicFromJson({ velero: { text } }) },
        { name: `${name}.velero.*`, put: (text) => dynamicFromJson({ velero: { [text]: "x" } }) },
      ];
    case "list":
    case "set":
      return placesIn(type.element, `${name}[0]`).map((place) => ({ ...place, put: (text) => [place.put(text)] }));
    case "map":
      return [
        ...placesIn(type.element, `${name}.key`).map((place) => ({
          ...place,
          put: (text: string) => only("key", place.put(text)),
        })),
        { name: `${name}.*`, put: (text) => only(text, type.element.kind === "string" ? "x" : null) },
      ];
    case "object":
      return Object.entries(type.attributes).flatMap(([key, inner]) =>
        placesIn(inner, `${name}.${key}`).map((place) => ({
          ...place,
          put: (text: string) =>
            Object.assign(
              Object.create(null),
              Object.fromEntries(Object.keys(type.attributes).map((other) => [other, null])),
              { [key]: place.put(text) },
            ) as ValueObject,
        })),
      );
    default:
      return [];
  }
}

const placesOf = (schema: CoreSchema): (Place & { readonly attribute: string })[] =>
  Object.entries(schema)
    .filter(([, { optional, required }]) => optional || required)
    .flatMap(([attribute, { type }]) => placesIn(type, attribute).map((place) => ({ ...place, attribute })));

/** In words, in time, and not by naming a megabyte. */
function said(answer: Message, what: string): boolean {
  const found = diagnosticsOf(answer);
  expect([what, found.filter(({ summary }) => summary.startsWith("Internal error"))]).toEqual([what, []]);
  for (const { detail } of found) expect(`${what}: ${detail.length < 8_000}`).toBe(`${what}: true`);
  return hasError(found);
}

test("every place of the provider block is validated and configured in words", async () => {
  const schema = core.providerSchema;
  const places = placesOf(schema);
  expect(places.length).toBeGreaterThan(15);
  for (const { attribute, name, put } of places) {
    for (const [kind, text] of Object.entries(hostile)) {
      const whole = { host: "https://127.0.0.1:1", token: "t", namespace: "t", [attribute]: put(text) };
      const config = dynamic(configOf(schema, whole), impliedType(schema));
      const connection = served.connect();
      const refused = said(await connection.call("ValidateProviderConfig", { config }), `${name}: ${kind}`);
      if (!refused) said(await connection.call("ConfigureProvider", { config }), `${name}: ${kind}`);
      await connection.close();
    }
  }
});

describe.each(Object.keys(written))("every place of %s", (type) => {
  test("is validated and planned in words", async () => {
    const loaded = core.resources.get(type);
    if (loaded === undefined) throw new Error(`there is no ${type}`);
    const places = placesOf(loaded.schema);
    expect(places.length).toBeGreaterThan(4);
    const ask = async (connection: Connection): Promise<void> => {
      for (const { attribute, name, put } of places) {
        for (const [kind, text] of Object.entries(hostile)) {
          const config = dynamic(core.config(type, { ...written[type], [attribute]: put(text) }), loaded.wire);
          const request = { type_name: type, config, proposed_new_state: config };
          const what = `${name}: ${kind}`;
          said(await connection.call("ValidateResourceConfig", request), what);
          said(await connection.call("PlanResourceChange", request), what);
        }
      }
    };
    await core.inProcess(ask);
  });
});

test("accepted annotations and Helm values reach the platform unchanged", async () => {
  // A lone surrogate is no text in any encoding on the way: Terraform itself replaces it.
  const texts = Object.fromEntries(Object.entries(hostile).map(([kind, text]) => [kind, text.toWellFormed()]));
  const { "a megabyte": _, ...short } = texts;
  const annotations = Object.fromEntries(Object.entries(short).map(([kind, text]) => [kind.replace(" ", "-"), text]));
  const cluster = core.config("hikube_cluster", {
    name: "odd",
    version: "1.34",
    wait_for: "accepted",
    annotations: Object.assign(Object.create(null), annotations) as Value,
  });
  const made = await core.apply(await core.plan("hikube_cluster", cluster), cluster);
  expect(made.diagnostics).toEqual([]);
  const id = made.instance?.state["id"];
  const addons = {
    velero: { values: dynamicFromJson({ velero: texts }) },
    "cert-manager": { values_yaml: JSON.stringify({ "cert-manager": texts }) },
    fluxcd: { values_wo: dynamicFromJson({ fluxcd: texts }) },
  };
  for (const [name, values] of Object.entries(addons)) {
    const config = core.config("hikube_addon", { cluster_id: id, name, wait_for: "accepted", ...values });
    expect((await core.apply(await core.plan("hikube_addon", config), config)).diagnostics).toEqual([]);
  }
  const stored = served.sandbox.stored("Kubernetes", "odd");
  const helm = (addon: string, chart: string): Json | undefined =>
    valueAt(stored?.values ?? null, ["addons", addon, "valuesOverride", chart]);
  expect(helm("velero", "velero")).toEqual(texts);
  expect(helm("certManager", "cert-manager")).toEqual(texts);
  expect(helm("fluxcd", "fluxcd")).toEqual(texts);
  for (const [key, text] of Object.entries(annotations)) {
    expect(stored?.annotations?.[`apps.cozystack.io-${key}`]).toBe(text);
  }
});
