import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ClusterDesired } from "../../../../src/core/desired/desired.ts";
import { failed, plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;
const shipped = "v1.13.6";

describe("the operating system and the volumes of platform 1.6", () => {
  let tenancy: Tenancy;
  beforeEach(async () => {
    tenancy = await startTenancy("1.6.2");
  });
  afterEach(() => tenancy.stop());

  const spec = () => tenancy.sandbox.stored("Kubernetes", "c")?.values ?? {};
  const converge = (more: Partial<ClusterDesired>, previous?: Partial<ClusterDesired>) =>
    tenancy.hikube.clusters.converge(
      tenancy.id("c"),
      { ...plainCluster, ...more },
      wish(previous === undefined ? { create: true } : { previous: { ...plainCluster, ...previous } }),
    );
  /** A write of another resource, which stores the platform's defaults unless they are taken out again. */
  const otherWrite = (name: string) =>
    tenancy.hikube.nodeGroups.converge(
      tenancy.group("c", name),
      { minReplicas: 0, maxReplicas: 2 },
      wish({ create: true, waitFor: "accepted" }),
    );

  test("a setting stays stored while the configuration has it, also where it equals the default", async () => {
    const talos = { version: shipped };
    await converge({ talos });
    expect(spec()["talos"]).toEqual(talos);
    await otherWrite("web");
    expect(spec()["talos"]).toEqual(talos);
    await converge({ talos: { version: "v1.13.7" } }, { talos });
    expect(spec()["talos"]).toEqual({ version: "v1.13.7" });
    const state = await tenancy.hikube.clusters.observe(tenancy.id("c"), { signal, fresh: true });
    expect(state?.talos).toMatchObject({ version: "v1.13.7", imageFactoryUrl: "https://factory.talos.dev" });
    expect(state?.annotations).toEqual({});
  });

  test("a setting that is given back follows the platform again", async () => {
    const talos = { version: "v1.13.7", installerRepository: "registry.example.org/installer" };
    await converge({ talos });
    const left = { version: "v1.13.7" };
    await converge({ talos: left }, { talos });
    await otherWrite("web");
    expect(spec()["talos"]).toEqual(left);
    await converge({}, { talos: left });
    await otherWrite("gpu");
    expect(spec()["talos"]).toBeUndefined();
    expect(tenancy.sandbox.stored("Kubernetes", "c")?.annotations).not.toHaveProperty("hikube.cloud/talos");
  });

  test("volumes are stored as the API names them, and what others added to them is no difference", async () => {
    const apiServer = {
      extraVolumes: [
        { name: "audit", configMap: { name: "audit-policy", items: [{ key: "policy", path: "policy.yaml" }] } },
        { name: "keys", secret: { secretName: "encryption", optional: true } },
      ],
      extraVolumeMounts: [{ name: "audit", mountPath: "/etc/audit", readOnly: true }],
    };
    await converge({ controlPlane: { apiServer } });
    expect(spec()["controlPlane"]).toMatchObject({ apiServer });
    const theirs = apiServer.extraVolumes.map((volume) => JSON.parse(JSON.stringify({ ...volume, comment: "theirs" })));
    await tenancy.edit("c", { spec: { controlPlane: { apiServer: { extraVolumes: theirs } } } });
    const { writes } = tenancy.sandbox;
    await converge({ controlPlane: { apiServer } }, {});
    expect(tenancy.sandbox.writes).toBe(writes);
    const state = await tenancy.hikube.clusters.observe(tenancy.id("c"), { signal, fresh: true });
    expect(state?.controlPlane.apiServer).toMatchObject(apiServer);
  });

  test("a volume without a source is the platform's own failure, at the attribute", async () => {
    const error = await failed(
      converge({ controlPlane: { apiServer: { extraVolumes: [{ name: "audit" }] } } }).then(() => undefined),
    );
    expect(error.message).toContain('volume "audit" must have a configMap or secret source');
  });
});
