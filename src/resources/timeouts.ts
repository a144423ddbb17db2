import { optional } from "../schema/attribute.ts";
import { duration } from "../schema/check.ts";
import { object, string } from "../schema/kind.ts";

/** How long each operation may take, beside what the resource itself says. */
export const timeouts = optional(
  object({
    create: optional(string, { check: duration, doc: "Longest time a create may take, e.g. `45m`." }),
    update: optional(string, { check: duration, doc: "Longest time an update may take, e.g. `60m`." }),
    delete: optional(string, { check: duration, doc: "Longest time a delete may take, e.g. `30m`." }),
  }),
  { local: true, doc: "How long to wait." },
);
