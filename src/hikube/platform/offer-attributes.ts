import { computed } from "../../schema/attribute.ts";
import { list, string } from "../../schema/kind.ts";

/** Attributes of the data sources about what the platform offers. `what`: plural of the items. */
export const offerAttributes = (what: string) => ({
  names: computed(list(string), { doc: `Names of the ${what}, in the same order.` }),
  source: computed(string, {
    doc:
      `\`live\` where the platform lists its ${what}. \`bundled\` where it does not list them to tenants: then they are those that this ` +
      "provider knows for the platform's version, which may be incomplete.",
  }),
});
