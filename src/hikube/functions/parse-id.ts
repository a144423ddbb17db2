import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { computed } from "../../schema/attribute.ts";
import { object, string } from "../../schema/kind.ts";
import { splitId } from "../shared/ids.ts";

export const parseId = providerFunction("parse_id", {
  summary: "Splits the id of a cluster, node group or add-on",
  doc:
    "Splits an `id` of this provider into `namespace`, `cluster` and `name`. The id of a cluster, `namespace/cluster`, has no `name`: " +
    "it is null.",
  parameters: [{ name: "id", kind: string, doc: "An id, e.g. `tenant-acme/prod` or `tenant-acme/prod/web`." }],
  returns: object({
    namespace: computed(string, { doc: "The tenant's namespace." }),
    cluster: computed(string, { doc: "Name of the cluster." }),
    name: computed(string, { doc: "Name of the node group or add-on; null in the id of a cluster." }),
  }),
  call: (id) => {
    const split = splitId(id);
    if ("complaint" in split) throw new FunctionError(split.complaint, 0);
    return { ...split.parts };
  },
});
