import { expect, test } from "vitest";
import { failed, startTenancy } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;

test.each(["1.1.2", "1.6.2"] as const)(
  "what platform %s offers is listed, live where a tenant may see it",
  async (profile) => {
    const { hikube, sandbox, stop } = await startTenancy(profile);
    try {
      const types = await hikube.offers.instanceTypes({ signal });
      expect(types.items).toContainEqual({ name: "u1.xlarge", cpu: 4, memory: "16Gi" });
      const gpus = await hikube.offers.gpus({ signal });
      expect(gpus.source).toBe(profile === "1.1.2" ? "bundled" : "live");
      expect(gpus.items.find(({ model }) => model === "L40S")).toEqual({
        name: "nvidia.com/AD102GL_L40S",
        model: "L40S",
        memory: "48Gi",
      });
      const classes = await hikube.offers.storageClasses({ signal });
      expect(classes.items.find((item) => item.default)?.name).toBe("replicated");
      sandbox.put("resourcequotas", {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "tenant-quota", namespace: sandbox.namespace },
        status: { hard: { "limits.cpu": "40" }, used: { "limits.cpu": "38" } },
      });
      expect(await hikube.offers.quota({ signal })).toContainEqual({ resource: "limits.cpu", hard: "40", used: "38" });
    } finally {
      await stop();
    }
  },
);

test.each(["types", "classes", "gpus", "quotas"] as const)("a stop while %s are read is told as one", async (what) => {
  const { hikube, sandbox, stop } = await startTenancy("1.6.2");
  try {
    await hikube.platform();
    const stopped = new AbortController();
    const action = { kind: "hang" } as const;
    sandbox.faults.add({ match: { method: "GET", times: 100 }, action });
    const asked = { signal: stopped.signal };
    const group = { namespace: sandbox.namespace, cluster: "c", name: "web" };
    hikube.quotas.note(group, { maxReplicas: 1 });
    const work = {
      types: () => hikube.offers.instanceTypes(asked),
      classes: () => hikube.offers.storageClasses(asked),
      gpus: () => hikube.offers.gpus(asked),
      quotas: () => hikube.quotas.check(sandbox.namespace, stopped.signal),
    }[what]();
    const error = failed(work);
    setTimeout(() => stopped.abort(new Error("stop")), 50);
    expect(await error).toMatchObject({ code: "Stopped" });
  } finally {
    await stop();
  }
});
