import { expect, test } from "vitest";
import { sandboxClient } from "../../support/sandbox-client.ts";
import { make } from "../../support/terraform-core/make.ts";
import { generate } from "../../support/terraform-core/query.ts";
import { useServed } from "../../support/terraform-core/served.ts";

// On platform 1.6 a node group is in the spec of its cluster or an object of its own, with other defaults.

const at = useServed("1.6.2", () => make(at.core, "hikube_cluster", { name: "home", wait_for: "accepted" }));

test("a node group of its own object has the defaults of such objects", async () => {
  const client = sandboxClient(at.served.sandbox);
  const body = { metadata: { name: "home-own" }, spec: { cluster: "home", maxReplicas: 2 } };
  const { status } = await client.call("POST", client.clusters.replace("kuberneteses", "kubernetesnodeses"), { body });
  expect(status).toBe(201);
  client.close();

  const { instance } = await at.core.importState("hikube_nodegroup", { id: "home/own" });
  if (instance === undefined) throw new Error("it is not there");
  const { config } = await generate(at.core, instance);
  const set = Object.entries(config ?? {}).filter(([, value]) => value !== null);
  expect(set.map(([name]) => name).toSorted()).toEqual(["cluster_id", "max_replicas", "name"]);

  const base = { cluster_id: "tenant-demo/home", name: "own", max_replicas: 2, wait_for: "accepted" };
  const changed = await make(at.core, "hikube_nodegroup", { ...base, max_unhealthy: "30%" }, instance);
  const back = await make(at.core, "hikube_nodegroup", base, changed);
  expect(back.state).toMatchObject({ backend: "KubernetesNodes", max_unhealthy: "50%" });
  expect(at.served.sandbox.stored("KubernetesNodes", "home-own")?.values).toMatchObject({ maxUnhealthy: "50%" });
  const { instance: read } = await at.core.refresh(back);
  expect((await at.core.plan("hikube_nodegroup", at.core.config("hikube_nodegroup", base), read)).action).toBe("no-op");
});
