import { compareQuantities, parseQuantity } from "../../base/quantity.ts";
import { instanceSeries, seriesOf } from "../../core/platform/instance-series.ts";
import type { InstanceType } from "../../core/platform/offers.ts";
import { nodeMemory } from "../../core/validate/sizes.ts";
import { dataSource } from "../../engine/define.ts";
import { computed, optional } from "../../schema/attribute.ts";
import { atLeast } from "../../schema/check.ts";
import { bool, int, list, string } from "../../schema/kind.ts";
import { explained } from "../shared/diagnostics.ts";
import { filtered, nameRegex } from "../shared/filters.ts";
import type { Session } from "../shared/session.ts";
import { offerAttributes } from "./offer-attributes.ts";

const schema = {
  name_regex: nameRegex("instance types"),
  series: optional(string, { doc: "Only instance types of this series, e.g. `u1`." }),
  min_vcpus: optional(int, { check: atLeast(0), doc: "Only instance types with at least this many vCPUs." }),
  max_vcpus: optional(int, { check: atLeast(0), doc: "Only instance types with at most this many vCPUs." }),
  min_memory: optional(string, {
    check: nodeMemory,
    doc: "Only instance types with at least this much memory, e.g. `8Gi`.",
  }),
  max_memory: optional(string, {
    check: nodeMemory,
    doc: "Only instance types with at most this much memory, e.g. `32Gi`.",
  }),
  for_gpus: optional(bool, {
    doc: "Only instance types that are made for nodes with GPUs (true), or that are not (false).",
  }),
  instance_types: computed(
    list({
      name: computed(string, { doc: "Name, as `instance_type` of a node group takes it, e.g. `u1.xlarge`." }),
      series: computed(string, { doc: "The part of the name before the dot, e.g. `u1`." }),
      vcpus: computed(int, { doc: "vCPUs of a node; null if the platform does not tell." }),
      memory: computed(string, {
        doc: "Memory of a node as a quantity, e.g. `16Gi`; null if the platform does not tell.",
      }),
      purpose: computed(string, {
        doc: "What the series is made for; null for a series that this provider does not know.",
      }),
      for_gpus: computed(bool, {
        doc: "Whether the series is made for nodes with GPUs. Nodes of every type can have them.",
      }),
    }),
    { doc: "The instance types, sorted by name." },
  ),
  ...offerAttributes("instance types"),
};

export const instanceTypesData = dataSource<Session>()("hikube_instance_types", {
  doc: "The sizes of nodes that the platform offers.",
  schema,
  validate: ({ config: { min_vcpus, max_vcpus, min_memory, max_memory }, diagnostics }) => {
    const [least, most] = [quantityOf(min_memory), quantityOf(max_memory)];
    const vcpus = typeof min_vcpus === "number" && typeof max_vcpus === "number" && min_vcpus > max_vcpus;
    const memory = least !== undefined && most !== undefined && compareQuantities(least, most) > 0;
    for (const [name, isEmpty] of [
      ["vcpus", vcpus],
      ["memory", memory],
    ] as const) {
      if (isEmpty)
        diagnostics.error(
          "No instance type can match",
          `\`min_${name}\` is greater than \`max_${name}\`.`,
          `min_${name}`,
        );
    }
  },
  read: ({ config, client, signal }) =>
    explained(schema, async () => {
      const { source, items } = await client.hikube.offers.instanceTypes({ signal });
      const types = filtered(items, { name_regex: config.name_regex })
        .map((type) => ({ ...type, ...described(type.name) }))
        .filter((type) => fits(type, config));
      return {
        ...config,
        instance_types: types.map(({ name, series, cpu, memory, purpose, forGpus }) => ({
          name,
          series,
          vcpus: cpu ?? null,
          memory: memory ?? null,
          purpose: purpose ?? null,
          for_gpus: forGpus,
        })),
        names: types.map(({ name }) => name),
        source,
      };
    }),
});

function described(name: string) {
  const series = seriesOf(name);
  const known = instanceSeries[series];
  return { series, purpose: known?.purpose, forGpus: known?.forGpus === true };
}

const quantityOf = (value: unknown) => (typeof value === "string" ? parseQuantity(value) : undefined);

interface Bounds {
  readonly series: string | null;
  readonly min_vcpus: number | null;
  readonly max_vcpus: number | null;
  readonly min_memory: string | null;
  readonly max_memory: string | null;
  readonly for_gpus: boolean | null;
}

/** Whether a type is within bounds; one of unknown size is within none. */
function fits(type: InstanceType & { readonly series: string; readonly forGpus: boolean }, bounds: Bounds): boolean {
  const cpu = quantityOf(type.cpu === undefined ? undefined : String(type.cpu));
  const memory = quantityOf(type.memory);
  const holds = (bound: number | string | null, size: typeof cpu, sign: 1 | -1) => {
    const limit = bound === null ? undefined : quantityOf(String(bound));
    return limit === undefined || (size !== undefined && compareQuantities(size, limit) * sign >= 0);
  };
  return (
    (bounds.series === null || bounds.series === type.series) &&
    (bounds.for_gpus === null || bounds.for_gpus === type.forGpus) &&
    holds(bounds.min_vcpus, cpu, 1) &&
    holds(bounds.max_vcpus, cpu, -1) &&
    holds(bounds.min_memory, memory, 1) &&
    holds(bounds.max_memory, memory, -1)
  );
}
