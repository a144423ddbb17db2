import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClusterState } from "../../../../src/core/desired/state.ts";
import type { KnownTenantInfo } from "../../../../src/core/options.ts";
import type { Tenancy } from "../../../support/tenancy.ts";
import { plainCluster, startTenancy, wish } from "../../../support/tenancy.ts";

const signal = new AbortController().signal;
let tenancy: Tenancy;
let made: ClusterState;

beforeEach(async () => {
  tenancy = await startTenancy("1.1.2");
  made = await tenancy.hikube.clusters.converge(tenancy.id("prod"), plainCluster, wish({ create: true }));
});
afterEach(() => tenancy.stop());

const known = (changes: Partial<KnownTenantInfo> = {}): KnownTenantInfo => ({
  key: made.tenantKey,
  endpoint: made.endpoint,
  caCertificate: made.caCertificate,
  kubernetesVersion: made.kubernetesVersion,
  ...changes,
});

/** Observes with what is known, and whether that asked for the kubeconfig. */
async function look(tenantInfo: KnownTenantInfo | "skip") {
  const before = tenancy.sandbox.requests.length;
  const state = await tenancy.hikube.clusters.observe(tenancy.id("prod"), { signal, fresh: true, tenantInfo });
  const asked = tenancy.sandbox.requests.slice(before).some(({ path }) => path.includes("kubeconfig"));
  return { state, asked };
}

test("the tenant of an unchanged cluster is not read again", async () => {
  const { state, asked } = await look(known());
  expect(asked).toBe(false);
  expect(state).toEqual({ ...made, warnings: undefined });
});

test("the tenant is read again when the version, the host or the platform's chart may differ", async () => {
  for (const inside of [
    known({ key: `${made.tenantKey} of yesterday` }),
    known({ kubernetesVersion: "v1.33.8" }),
    known({ kubernetesVersion: undefined }),
    known({ endpoint: undefined }),
  ]) {
    const { state, asked } = await look(inside);
    expect(asked).toBe(true);
    expect(state?.kubernetesVersion).toBe(made.kubernetesVersion);
  }
});

test("a read of the object alone does not read the tenant", async () => {
  const { state, asked } = await look("skip");
  expect(asked).toBe(false);
  expect(state).toMatchObject({ uid: made.uid, ready: true, endpoint: undefined });
});
