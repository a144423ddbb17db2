import type { Attribute, Attributes } from "../../schema/declaration.ts";
import { wireType } from "../../schema/kind.ts";
import { valuesEqual } from "../../values/equal.ts";
import { formatPath, type Path } from "../../values/path.ts";
import type { Value, ValueObject } from "../../values/value.ts";
import { isMembers } from "../../values/value-kind.ts";
import { checkAttributes } from "../check-config.ts";
import { type Diagnostic, Diagnostics } from "../diagnostic.ts";
import { type Engine, guarded } from "../engine.ts";
import { mapElements } from "../nested.ts";
import type { ErasedDefinition, Resource } from "./definition.ts";
import { isSame } from "./plan-object.ts";

interface GenerateAnswer {
  readonly diagnostics: Diagnostics;
  readonly config: ValueObject | undefined;
  /** What the validation of this configuration still reports; empty for one that can be applied. */
  readonly refused: readonly Diagnostic[];
}

/**
 * Implements GenerateResourceConfig: returns the smallest configuration that plans the state of an import without a change. It has
 * neither the values that only the provider sets nor those that equal the platform's defaults. A setting that this provider would
 * refuse in a configuration is left out with a warning, and so stays as it is.
 */
export async function generateConfig<Client>(
  engine: Engine<Client>,
  { definition }: Resource<Client>,
  state: ValueObject,
  signal: AbortSignal,
): Promise<GenerateAnswer> {
  const diagnostics = new Diagnostics();
  let generated: ReturnType<typeof withoutInvalid> | undefined;
  await guarded(engine, diagnostics, async () => {
    const { schema } = definition;
    const { client } = engine;
    const defaults =
      client === undefined ? undefined : await definition.defaults?.({ config: state, prior: state, client, signal });
    const settings = configuredPart(schema, state, defaults ?? {});
    for (const [name, replacement] of Object.entries(definition.alternatives ?? {})) {
      if ((settings[replacement] ?? null) !== null) settings[name] = null;
    }
    generated = withoutInvalid(definition, settings, diagnostics);
  });
  return { diagnostics, config: generated?.config, refused: generated?.refused ?? [] };
}

/** Returns the values that a configuration has to set: null for an attribute that equals its default. */
function configuredPart(attributes: Attributes, state: ValueObject, defaults: Partial<ValueObject>): ValueObject {
  const part: ValueObject = Object.create(null);
  for (const [name, attribute] of Object.entries(attributes)) {
    part[name] = configuredValue(attribute, state[name] ?? null, defaults[name]);
  }
  return part;
}

function configuredValue(attribute: Attribute, value: Value, platform: Value | undefined): Value {
  const { kind, mode } = attribute;
  if (mode === "computed" || mode === "writeOnly" || value === null) return null;
  if (mode !== "required" && equalsDefault(attribute, value, platform)) return null;
  if (kind.plain) return value;
  const isSingle = kind.nesting === "single";
  return mapElements(kind.nesting, value, (element) =>
    isMembers(element) ? configuredPart(kind.attributes, element, isSingle ? inside(platform) : {}) : element,
  );
}

const inside = (platform: Value | undefined): Partial<ValueObject> =>
  platform !== undefined && isMembers(platform) ? platform : {};

/** Whether a plan without the attribute would have the same value for a new resource. An unknown default (undefined) equals nothing. */
function equalsDefault(attribute: Attribute, value: Value, platform: Value | undefined): boolean {
  const { kind, mode } = attribute;
  if (mode === "computed" || mode === "writeOnly" || value === null) return true;
  const usual = platform === undefined && mode === "optional" ? attribute.default : platform;
  if (usual === undefined) return false;
  if (isEmpty(value) && (usual === null || isEmpty(usual))) return true;
  if (!kind.plain && kind.nesting === "single" && isMembers(value)) {
    return Object.entries(kind.attributes).every(([name, inner]) =>
      equalsDefault(inner, value[name] ?? null, usual === null ? null : inside(usual)[name]),
    );
  }
  if (usual === null) return false;
  return isSame(attribute, value, usual) || valuesEqual(value, usual, wireType(kind));
}

const isEmpty = (value: Value): boolean =>
  (Array.isArray(value) && value.length === 0) ||
  (value !== null && isMembers(value) && Object.keys(value).length === 0);

/**
 * Returns a configuration without the settings that its validation would refuse, and what it refuses nevertheless; adds a warning for each
 * of them.
 */
function withoutInvalid<Client>(
  definition: ErasedDefinition<Client>,
  settings: ValueObject,
  diagnostics: Diagnostics,
): { readonly config: ValueObject; readonly refused: readonly Diagnostic[] } {
  let config = settings;
  for (;;) {
    const complaints = errorsOf(definition, config);
    const dropped = complaints.flatMap((complaint) => {
      const path = droppable(definition.schema, complaint.path ?? []);
      return path === undefined ? [] : [{ path, complaint }];
    });
    for (const { path, complaint } of dropped) {
      config = withoutPath(config, path);
      diagnostics.warning(
        "Setting not in the generated configuration",
        `\`${formatPath(path)}\` stays as it is and is not managed: ${complaint.detail}`,
        path,
      );
    }
    if (dropped.length > 0) continue;
    for (const { summary, detail, path } of complaints) diagnostics.warning(summary, detail, path);
    return { config, refused: complaints };
  }
}

function errorsOf<Client>({ schema, validate }: ErasedDefinition<Client>, config: ValueObject): Diagnostic[] {
  const found = new Diagnostics();
  checkAttributes(schema, config, found);
  if (!found.failed) validate?.({ config, diagnostics: found });
  return found.list.filter(({ severity }) => severity === "error");
}

/** Returns the longest part of a path at which a configuration can leave out a setting; undefined if there is none. */
function droppable(attributes: Attributes, path: Path): Path | undefined {
  const [step, ...rest] = path;
  const attribute = step !== undefined && "attribute" in step ? attributes[step.attribute] : undefined;
  if (step === undefined || attribute === undefined) return undefined;
  const { kind, mode } = attribute;
  const within = !kind.plain && kind.nesting === "single" ? droppable(kind.attributes, rest) : undefined;
  if (within !== undefined) return [step, ...within];
  return mode === "required" ? undefined : [step];
}

/** The steps of the path are attributes of single objects. */
function withoutPath(config: ValueObject, [step, ...rest]: Path): ValueObject {
  if (step === undefined || !("attribute" in step)) return config;
  const inner = config[step.attribute] ?? null;
  const value = rest.length > 0 && inner !== null && isMembers(inner) ? withoutPath(inner, rest) : null;
  return Object.assign(Object.create(null), config, { [step.attribute]: value });
}
