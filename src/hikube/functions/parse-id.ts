import { clusterNameFormat, groupNameFormat, namespaceFormat } from "../../core/validate/formats.ts";
import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { computed } from "../../schema/attribute.ts";
import { object, string } from "../../schema/kind.ts";

const rules = [
  ["namespace", namespaceFormat],
  ["cluster", clusterNameFormat],
  ["name", groupNameFormat],
] as const;

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
    const parts = id.split("/");
    if (parts.length < 2 || parts.length > 3)
      throw new FunctionError(`${JSON.stringify(id)} is not \`namespace/cluster\` or \`namespace/cluster/name\``, 0);
    for (const [index, [what, format]] of rules.entries()) {
      const part = parts[index];
      const complaint = part === undefined ? undefined : format(part);
      if (complaint !== undefined) throw new FunctionError(`the ${what} in ${JSON.stringify(id)} ${complaint}`, 0);
    }
    const [namespace = "", cluster = "", name = null] = parts;
    return { namespace, cluster, name };
  },
});
