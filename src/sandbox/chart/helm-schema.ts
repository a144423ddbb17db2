import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";

/**
 * Helm's check of the merged values against the chart's `values.schema.json`, one line per fault, as Flux reports them
 * (platform.md §7.1): `- at '/nodeGroups/web/minReplicas': got string, want integer`. No line: the values are valid.
 */
export function schemaFaults(values: Json, schema: JsonObject): string[] {
  return faultsAt(values, schema, "").flatMap((fault) => faultLines(fault, ""));
}

interface Fault {
  readonly at: string;
  readonly text: string;
  readonly causes: readonly Fault[];
}

function faultLines(fault: Fault, indent: string): string[] {
  return [
    `${indent}- at '${fault.at}': ${fault.text}`,
    ...fault.causes.flatMap((cause) => faultLines(cause, `${indent}  `)),
  ];
}

function faultsAt(value: Json, schema: JsonObject, at: string): Fault[] {
  const faults: Fault[] = [];
  const fault = (text: string, causes: Fault[] = []) => faults.push({ at, text, causes });
  const type = schema["type"];
  if (typeof type === "string" && !hasType(value, type))
    return [{ at, text: `got ${nameOfType(value)}, want ${type}`, causes: [] }];
  const options = schema["enum"];
  if (Array.isArray(options) && !options.some((option) => option === value)) {
    const names = options.map((option) => `'${String(option)}'`);
    fault(names.length === 1 ? `value must be ${names[0]}` : `value must be one of ${names.join(", ")}`);
  }
  const alternatives = schema["anyOf"];
  if (Array.isArray(alternatives)) {
    const causes = alternatives.filter(isJsonObject).map((alternative) => faultsAt(value, alternative, at));
    if (causes.every((cause) => cause.length > 0)) fault("anyOf failed", causes.flat());
  }
  const pattern = schema["pattern"];
  if (typeof pattern === "string" && typeof value === "string" && !new RegExp(pattern).test(value)) {
    fault(`'${value}' does not match pattern '${pattern}'`);
  }
  if (isJsonObject(value)) {
    const required = Array.isArray(schema["required"]) ? schema["required"] : [];
    const missing = required.filter((name) => typeof name === "string" && !Object.hasOwn(value, name));
    if (missing.length > 0) {
      const names = missing.map((name) => `'${String(name)}'`).join(", ");
      fault(missing.length === 1 ? `missing property ${names}` : `missing properties ${names}`);
    }
    const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
    for (const name of Object.keys(value).sort()) {
      const property = Object.hasOwn(properties, name) ? properties[name] : schema["additionalProperties"];
      const item = value[name];
      if (isJsonObject(property) && item !== undefined)
        faults.push(...faultsAt(item, property, `${at}/${pointerToken(name)}`));
    }
  }
  const items = schema["items"];
  if (Array.isArray(value) && isJsonObject(items)) {
    value.forEach((item, index) => {
      faults.push(...faultsAt(item, items, `${at}/${index}`));
    });
  }
  return faults;
}

function hasType(value: Json, type: string): boolean {
  if (type === "integer") return typeof value === "number" && Number.isInteger(value);
  return nameOfType(value) === type;
}

function nameOfType(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function pointerToken(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
