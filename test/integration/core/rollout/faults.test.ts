import { describe, expect, test } from "vitest";
import type { Json } from "../../../../src/base/json.ts";
import { valueAt } from "../../../../src/base/json-pointer.ts";
import { noLog } from "../../../../src/base/log.ts";
import type { Hikube } from "../../../../src/core/hikube.ts";
import { createHikube } from "../../../../src/core/hikube.ts";
import { managedByLabel } from "../../../../src/core/object/annotations.ts";
import type { KubeClient } from "../../../../src/kube/kube-client.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";
import { storedGroup } from "../../../support/stored-group.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../../support/tenancy.ts";

const accepted = { waitFor: "accepted" } as const;

/** What one run of a configuration asks for. `known` are the resources whose converge came back: the state a caller keeps. */
async function apply(hikube: Hikube, tenancy: Tenancy, name: string, known = new Set<string>()): Promise<void> {
  const run = async <T>(key: string, converge: (create: boolean) => Promise<T>) => {
    await converge(!known.has(key));
    known.add(key);
  };
  await run("cluster", (create) =>
    hikube.clusters.converge(
      tenancy.id(name),
      { ...plainCluster, host: `${name}.example.com` },
      wish({ create, ...accepted }),
    ),
  );
  await Promise.all([
    run("web", (create) =>
      hikube.nodeGroups.converge(
        tenancy.group(name, "web"),
        { minReplicas: 1, maxReplicas: 3 },
        wish({ create, ...accepted }),
      ),
    ),
    run("velero", (create) =>
      hikube.addons.converge(
        tenancy.group(name, "velero"),
        { enabled: true, values: { velero: { a: 1 } }, resolveConflicts: "NONE" },
        wish({ create, ...accepted }),
      ),
    ),
  ]);
}

function expectConverged(tenancy: Tenancy, name: string): void {
  const stored = tenancy.sandbox.stored("Kubernetes", name);
  const values = stored?.values as Json;
  expect(valueAt(values, ["version"])).toBe("v1.34");
  expect(valueAt(values, ["host"])).toBe(`${name}.example.com`);
  expect(storedGroup(tenancy.sandbox, name, "web")).toMatchObject({ maxReplicas: 3 });
  expect(valueAt(values, ["addons", "velero"])).toEqual({ enabled: true, valuesOverride: { velero: { a: 1 } } });
  expect(JSON.stringify(stored?.labels)).toContain(managedByLabel);
}

const requestsOfARun = 9;
const faults = {
  "breaks before it arrives": { kind: "reset", when: "before" },
  "is carried out and its answer lost": { kind: "reset", when: "after" },
  "is answered 503": { kind: "answer", status: 503, body: "service unavailable\n" },
  "is cut short in its answer": { kind: "truncate", bytes: 40 },
} as const;

describe.each(["1.1.2", "1.6.2", "next"] as const)("a run on platform %s", (profile) => {
  test.each(Object.entries(faults))("converges whichever request %s", async (_name, action) => {
    const tenancy = await startTenancy(profile);
    try {
      for (let nth = 1; nth <= requestsOfARun; nth++) {
        const name = `f${nth}`;
        tenancy.sandbox.faults.clear();
        tenancy.sandbox.faults.add({ match: { nth }, action });
        await apply(await tenancy.another(), tenancy, name);
        expectConverged(tenancy, name);
      }
    } finally {
      await tenancy.stop();
    }
  });

  test("that crashes at any request is finished by the next one: nothing twice, nothing lost", async () => {
    const tenancy = await startTenancy(profile);
    try {
      for (let last = 0; last <= requestsOfARun; last++) {
        const name = `c${last}`;
        const known = new Set<string>();
        await apply(await crashing(tenancy, last), tenancy, name, known).catch(() => {});
        await apply(await tenancy.another(), tenancy, name, known);
        expectConverged(tenancy, name);
      }
      const posts = tenancy.sandbox.requests.filter(({ method, status }) => method === "POST" && status === 201);
      // Where groups are objects of their own, a run creates two objects.
      expect(posts).toHaveLength((requestsOfARun + 1) * (profile === "next" ? 2 : 1));
    } finally {
      await tenancy.stop();
    }
  });
});

/** A core whose process dies after this many requests: the last one is sent, its answer is lost. */
async function crashing(tenancy: Tenancy, last: number): Promise<Hikube> {
  const client = await tenancy.client();
  let sent = 0;
  const dead = () => new KubeError("Forbidden", "the process is dead");
  const dying: KubeClient = {
    ...client,
    request: async (request) => {
      if (++sent > last) throw dead();
      const answer = await client.request(request);
      if (sent >= last) throw dead();
      return answer;
    },
  };
  return createHikube({
    client: dying,
    namespace: tenancy.sandbox.namespace,
    clock: tenancy.clock,
    log: noLog,
    connectTenant: () => Promise.reject(dead()),
    timings: { coalesceMs: 10, coalesceUnheldMs: 10 },
  });
}
