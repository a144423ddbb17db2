import { dataSource } from "../../engine/define.ts";
import { computed } from "../../schema/attribute.ts";
import { list, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, nameRegex } from "../shared/filters.ts";
import type { Session } from "../shared/session.ts";
import { offerAttributes } from "./offer-attributes.ts";

const schema = {
  name_regex: nameRegex("GPUs"),
  gpus: computed(
    list({
      name: computed(string, { doc: "Device name, as `gpus[].name` of a node group takes it." }),
      model: computed(string, { doc: "Model, e.g. `L40S`; null if unknown." }),
      memory: computed(string, { doc: "Memory of the GPU as a quantity; null if unknown." }),
    }),
    { doc: "The GPUs, sorted by name. How many of them are free is not readable." },
  ),
  ...offerAttributes("GPUs"),
};

export const gpusData = dataSource<Session>()("hikube_gpus", {
  doc: "The GPUs that nodes can have. Platform 1.1 does not list them to tenants (`source`).",
  schema,
  read: ({ config, client, signal }) =>
    explained(schema, async () => {
      const { source, items } = await client.hikube.offers.gpus({ signal });
      const gpus = filtered(items, config);
      return {
        ...config,
        gpus: gpus.map(({ name, model, memory }) => ({ name, model: model ?? null, memory: memory ?? null })),
        names: gpus.map(({ name }) => name),
        source,
      };
    }),
});
