import { jsonEqual } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import { leavesOf } from "../../core/desired/leaves.ts";
import { catalogueEntry } from "../../core/platform/addon-catalogue.ts";
import { checkOwnSettings } from "../../core/validate/addon.ts";
import type { ValidateContext } from "../../engine/check-config.ts";
import { Dynamic, Unknown, type Value } from "../../values/value.ts";
import { report } from "../shared/diagnostics.ts";
import type { AddonSchema } from "./flatten.ts";
import { addonSchema as schema } from "./schema.ts";
import { inexactNumber, knownValues, valuesFromYaml } from "./values.ts";

type Context = ValidateContext<AddonSchema>;

/** Checks of an add-on's configuration that concern more than one attribute. */
export function validateAddon(context: Context): void {
  validateValues(context);
  validateSettings(context);
}

function validateValues({ config, diagnostics }: Context): void {
  if (differ(config.values as Value, config.values_yaml)) {
    diagnostics.error("Conflicting arguments", "`values` and `values_yaml` differ. Set one of them.", "values_yaml");
  }
  for (const name of ["values", "values_wo"] as const) {
    const complaint = notAnObject(config[name] as Value);
    if (complaint !== undefined) {
      diagnostics.error(
        "Invalid value",
        `\`${name}\` must be an object such as { cert-manager = { … } }, not ${complaint}.${
          name === "values" ? " For a list or string of YAML as in `helm_release`, use `values_yaml`." : ""
        }`,
        name,
      );
    }
    const inexact = inexactNumber(config[name] as Value);
    if (inexact !== undefined) diagnostics.error("Invalid value", `\`${name}\` cannot be stored: ${inexact}.`, name);
  }
  const twice = givenTwice(config.values as Value, config.values_yaml as Value, config.values_wo as Value);
  if (twice !== undefined) {
    diagnostics.error(
      "Value is set twice",
      `\`${twice}\` is set in both \`${config.values === null ? "values_yaml" : "values"}\` and \`values_wo\`. Remove it from \`${config.values === null ? "values_yaml" : "values"}\`, which is stored in the state.`,
      "values_wo",
    );
  }
}

/** Settings that only some add-ons have. */
function validateSettings({ config, diagnostics }: Context): void {
  const entry = typeof config.name === "string" ? catalogueEntry({}, config.name) : undefined;
  if (entry === undefined) return;
  const set = [
    ...(config.enabled === null ? [] : (["enabled"] as const)),
    ...(config.expose_method === null ? [] : (["exposeMethod"] as const)),
    ...(config.hosts === null ? [] : (["hosts"] as const)),
  ];
  report(checkOwnSettings(entry, set), schema, diagnostics);
}

/** The first leaf that is set both openly and as a secret: read back, the secret would show where the open one was. */
function givenTwice(values: Value, yaml: Value, secret: Value): string | undefined {
  const hidden = knownValues(secret);
  const open = knownValues(values) ?? (typeof yaml === "string" ? valuesFromYaml(yaml) : undefined);
  if (hidden === undefined || open === undefined) return undefined;
  const leaf = leavesOf(hidden).find(({ path }) => valueAt(open, path) !== undefined);
  return leaf?.path.join(".");
}

/** Whether `values` and `values_yaml` certainly differ. Configuration that Terraform generates has both, with the same values. */
function differ(values: Value, yaml: Value): boolean {
  const one = knownValues(values);
  return one !== undefined && typeof yaml === "string" && !jsonEqual(one, valuesFromYaml(yaml));
}

/** What a dynamic value is instead of an object; undefined when it is one, or null, or not known yet. */
function notAnObject(value: Value): string | undefined {
  if (value === null || value instanceof Unknown) return undefined;
  if (!(value instanceof Dynamic)) return "this";
  const { kind } = value.type;
  if (kind === "object" || kind === "map" || kind === "dynamic") return undefined;
  return kind === "tuple" || kind === "list" || kind === "set" ? "a list" : `a ${kind}`;
}
