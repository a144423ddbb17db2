import { dataSource } from "../../engine/define.ts";
import { computed } from "../../schema/attribute.ts";
import { bool, list, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, nameRegex } from "../shared/filters.ts";
import type { Session } from "../shared/session.ts";
import { offerAttributes } from "./offer-attributes.ts";

const schema = {
  name_regex: nameRegex("storage classes"),
  storage_classes: computed(
    list({
      name: computed(string, { doc: "Name, as `storage_class` of a cluster takes it." }),
      default: computed(bool, { doc: "Whether it is the platform's default." }),
    }),
    { doc: "The storage classes, sorted by name." },
  ),
  default_storage_class: computed(string, {
    doc: "Name of the platform's default, also if the filter excludes it; null if there is none.",
  }),
  ...offerAttributes("storage classes"),
};

export const storageClassesData = dataSource<Session>()("hikube_storage_classes", {
  doc: "The storage classes of the platform, for the volumes of clusters and the disks of nodes.",
  schema,
  read: ({ config, client, signal }) =>
    explained(schema, async () => {
      const { source, items } = await client.hikube.offers.storageClasses({ signal });
      const classes = filtered(items, config);
      return {
        ...config,
        storage_classes: classes.map((one) => ({ name: one.name, default: one.default })),
        default_storage_class: items.find((one) => one.default)?.name ?? null,
        names: classes.map(({ name }) => name),
        source,
      };
    }),
});
