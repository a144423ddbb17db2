import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClusterState } from "../../../src/core/desired/state.ts";
import type { KnownTenantInfo } from "../../../src/core/options.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "./tenancy.ts";

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

test("a cluster that nothing has changed is not looked into again, and reads the same", async () => {
  const { state, asked } = await look(known());
  expect(asked).toBe(false);
  expect(state).toEqual({ ...made, warnings: undefined });
});

test("a cluster is looked into where its version, its host or the platform's chart may have changed", async () => {
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

test("who only wants the object itself costs no look inside", async () => {
  const { state, asked } = await look("skip");
  expect(asked).toBe(false);
  expect(state).toMatchObject({ uid: made.uid, ready: true, endpoint: undefined });
});
