import { warning } from "../../core/validate/finding.ts";
import type { Finding } from "../../core/validate/index.ts";
import type { PlanContext } from "../../engine/resource/definition.ts";
import type { Session } from "../shared/session.ts";
import type { addonSchema } from "./schema.ts";

type Config = PlanContext<typeof addonSchema, Session>["config"];

/** Maps the library's findings to the attributes that set the values: `values` may be YAML, and secret values are `values_wo`. */
export const atAttributes = (findings: readonly Finding[], config: Pick<Config, "values">): Finding[] =>
  findings.map((finding) => {
    const [first, ...rest] = finding.path;
    const renamed =
      first === "secretValues" ? "valuesWo" : first === "values" && config.values === null ? "valuesYaml" : first;
    return renamed === undefined ? finding : { ...finding, path: [renamed, ...rest] };
  });

/** Warns about secret values without a version: Terraform detects a change only by the version. */
export const checkSecretVersion = (config: Pick<Config, "values_wo" | "values_wo_version">): Finding[] =>
  config.values_wo === null || config.values_wo_version !== null
    ? []
    : [
        warning(
          ["valuesWo"],
          "values_wo has no version",
          "Terraform does not see changes of `values_wo`. Set `values_wo_version`, and change it whenever `values_wo` changes.",
        ),
      ];
