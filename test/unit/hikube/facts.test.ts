import { describe, expect, test } from "vitest";
import { groupFields } from "../../../src/core/desired/node-group.ts";
import { bundledProfile, bundledVersions } from "../../../src/core/platform/profile.ts";
import { defaultAt, schemaAt, stringsOf } from "../../../src/core/platform/schema-defaults.ts";
import { clusterSchema } from "../../../src/hikube/cluster/schema.ts";
import { nodegroupSchema, replacesNodes } from "../../../src/hikube/node-group/schema.ts";
import { providerSchema } from "../../../src/provider-schema.ts";
import type { Attribute } from "../../../src/schema/declaration.ts";

const group = (key: string) => ["nodeGroups", "any", key];

describe("the facts of the attributes", () => {
  test.each(
    bundledVersions.flatMap((version) =>
      (
        [
          [nodegroupSchema.instance_type, group("instanceType")],
          [nodegroupSchema.min_replicas, group("minReplicas")],
          [nodegroupSchema.max_replicas, group("maxReplicas")],
          [nodegroupSchema.disk_size, group(version === "1.1.2" ? "ephemeralStorage" : "diskSize")],
          [clusterSchema.storage_class, ["storageClass"]],
          [clusterSchema.control_plane.kind.attributes.replicas, ["controlPlane", "replicas"]],
        ] as readonly (readonly [Attribute, readonly string[]])[]
      ).map(([{ facts }, path]) => [version, path, facts.otherwise] as const),
    ),
  )("on platform %s give %j its default", (version, path, otherwise) => {
    const { clusterSpec } = bundledProfile(version);
    expect(otherwise).toBe(`\`${String(defaultAt(clusterSpec, path))}\``);
  });

  test.each(bundledVersions)("name the presets of platform %s and its defaults", (version) => {
    const { api_server, scheduler } = clusterSchema.control_plane.kind.attributes;
    for (const [{ kind }, key] of [
      [api_server, "apiServer"],
      [scheduler, "scheduler"],
    ] as const) {
      const path = ["controlPlane", key, "resourcesPreset"];
      const { clusterSpec } = bundledProfile(version);
      const names = stringsOf(schemaAt(clusterSpec, path), "enum");
      // Platform 1.6 still has the names of 1.1, which it no longer recommends.
      const own = version === "1.1.2" ? names : names.filter((name) => name.includes("."));
      expect(kind.attributes.resources_preset.doc).toContain(
        `\`${own[0]}\` … \`${own.at(-1)}\` on platform ${version.slice(0, 3)} (default \`${defaultAt(clusterSpec, path)}\`)`,
      );
    }
  });

  test("say of exactly the parts of a machine that a change replaces all nodes", () => {
    const said = Object.entries<Attribute>(nodegroupSchema).filter(([, { facts }]) => facts.changing === replacesNodes);
    const names = new Set(groupFields.filter(({ ofMachine }) => ofMachine).map(({ key }) => key[0] ?? ""));
    const inHcl = [...names].map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    expect(said.map(([name]) => name).sort()).toEqual(inHcl.sort());
  });

  test("are sentences after the text of an attribute", () => {
    expect(nodegroupSchema.storage_class.doc).toBe(
      "Storage class of the nodes' disks, e.g. `local`. Default: the cluster's. Changing it replaces all nodes, one after another. " +
        "Platform 1.4 or newer.",
    );
    expect(clusterSchema.wait_for.doc).toMatch(/does not wait\. Default: `ready`\.$/);
    expect(providerSchema.host.doc).toMatch(/ Environment: `HIKUBE_HOST`, `KUBE_HOST`\.$/);
  });
});
