import { clusterKey } from "../../core/ids.ts";
import { clusterNameFormat, namespaceFormat } from "../../core/validate/formats.ts";
import { providerFunction } from "../../engine/define.ts";
import { FunctionError } from "../../engine/function.ts";
import { string } from "../../schema/kind.ts";

export const clusterId = providerFunction("cluster_id", {
  summary: "Returns the id of a cluster",
  doc: "Returns the `id` of a cluster, `namespace/name`, as `cluster_id` of node groups and add-ons takes it. Both parts are checked.",
  parameters: [
    { name: "namespace", kind: string, doc: "The tenant's namespace, e.g. `tenant-acme`." },
    { name: "name", kind: string, doc: "Name of the cluster, e.g. `prod`." },
  ],
  returns: string,
  call: (namespace, name) => {
    const complaints = [namespaceFormat(namespace), clusterNameFormat(name)];
    for (const [index, complaint] of complaints.entries()) {
      if (complaint !== undefined) throw new FunctionError(complaint, index);
    }
    return clusterKey({ namespace, name });
  },
});
