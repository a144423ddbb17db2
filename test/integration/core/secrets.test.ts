import { expect, test } from "vitest";
import { CoreError } from "../../../src/core/core-error.ts";
import { Secrets } from "../../../src/core/object/secrets.ts";
import { plainCluster, startTenancy, wish } from "../../support/tenancy.ts";

test("a text that quotes a secret says that there was one", () => {
  const secrets = new Secrets();
  secrets.add({ a: { token: "hunter2hunter2", flag: "true" }, list: ["another-one"] });
  expect(secrets.conceal("got hunter2hunter2, another-one and true")).toBe(
    "got (sensitive value), (sensitive value) and true",
  );
});

test("a secret value in a refusal of the platform reaches neither the error nor the state", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    const { hikube, sandbox, id, group } = tenancy;
    await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
    const secret = "correct-horse-battery-staple";
    sandbox.faults.lifecycle("c", {
      installFails: `execution error at (kubernetes/templates/x.yaml:1:1): bad value ${secret}`,
    });
    const thrown: unknown = await hikube.addons
      .converge(
        group("c", "velero"),
        { enabled: true, secretValues: { velero: { token: secret } }, resolveConflicts: "NONE" },
        wish({ create: true }),
      )
      .catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CoreError);
    expect(String((thrown as CoreError).message)).toContain("bad value (sensitive value)");
    const seen = await hikube.clusters.observe(id("c"), { signal: new AbortController().signal, fresh: true });
    expect(seen?.statusMessage).toContain("(sensitive value)");
    expect(JSON.stringify(seen)).not.toContain(secret);
  } finally {
    await tenancy.stop();
  }
});

test("another process redacts secret values in messages of the platform, and reads none", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    const { hikube, sandbox, id, group } = tenancy;
    const signal = new AbortController().signal;
    const secret = "correct-horse-battery-staple";
    const velero = group("c", "velero");
    const secretValues = { velero: { token: secret, "a.b/c": [secret] } };
    await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
    const accepted = { waitFor: "accepted" } as const;
    const desired = { values: { velero: { open: "seen" } }, secretValues, resolveConflicts: "NONE" } as const;
    await hikube.addons.converge(velero, desired, wish({ create: true, ...accepted }));
    sandbox.control("Kubernetes", "c", {
      status: {
        conditions: [
          {
            type: "Ready",
            status: "False",
            message: `bad value ${secret}`,
            reason: "UpgradeFailed",
            lastTransitionTime: "2026-01-01T00:00:00Z",
          },
        ],
      },
    });
    const other = await tenancy.another();
    const seen = await other.clusters.observe(id("c"), { signal, tenantInfo: "skip" });
    expect(JSON.stringify(seen)).not.toContain(secret);
    expect(seen?.annotations).toEqual({});
    expect((await other.addons.observe(velero, { signal }))?.values).toEqual({ velero: { open: "seen" } });
    // Given up, they are gone, and so is the note of them.
    const previousSecretPaths = [
      ["velero", "token"],
      ["velero", "a.b/c"],
    ];
    const plain = { values: { velero: { open: "seen" } }, resolveConflicts: "NONE" } as const;
    await other.addons.converge(velero, plain, { ...wish(accepted), previousSecretPaths });
    expect(JSON.stringify(sandbox.stored("Kubernetes", "c"))).not.toMatch(/battery-staple|secret-values/);
  } finally {
    await tenancy.stop();
  }
});

test("a new cluster sets its version and storage class, so that a platform upgrade keeps both", async () => {
  const tenancy = await startTenancy("1.1.2");
  try {
    await tenancy.hikube.clusters.converge(
      tenancy.id("c"),
      { defaultNodeGroup: false, upgradeStrategy: "single" },
      wish({ create: true, waitFor: "accepted" }),
    );
    expect(tenancy.sandbox.stored("Kubernetes", "c")?.values).toEqual({
      version: "v1.35",
      storageClass: "replicated",
      nodeGroups: { md0: null },
    });
  } finally {
    await tenancy.stop();
  }
});
