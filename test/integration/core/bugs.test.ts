import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CoreError, isAbort, isTransient, rethrowBug } from "../../../src/core/core-error.ts";
import type { Hikube } from "../../../src/core/hikube.ts";
import { explain } from "../../../src/hikube/shared/diagnostics.ts";
import type { KubeClient, KubeRequest } from "../../../src/kube/kube-client.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

const bugs: readonly unknown[] = [
  new TypeError("Cannot read properties of undefined (reading 'length')"),
  new RangeError("Maximum call stack size exceeded"),
  new ReferenceError("x is not defined"),
  new Error("a plain error"),
  "a string",
];

describe("a bug", () => {
  test.each(bugs.map((bug) => [String(bug), bug] as const))("%s stays what it is", (_name, bug) => {
    expect(isTransient(bug)).toBe(false);
    expect(explain(bug)).toBeUndefined();
    const aborted = AbortSignal.abort(new Error("stopped"));
    for (const signal of [undefined, new AbortController().signal, aborted]) {
      expect(isAbort(bug, signal)).toBe(false);
      for (const map of [() => CoreError.from(bug, "working", signal), () => rethrowBug(bug, signal)]) {
        let thrown: unknown;
        try {
          map();
        } catch (error) {
          thrown = error;
        }
        expect(thrown).toBe(bug);
      }
    }
  });

  test("is told from an abort, whatever the reason of that is", () => {
    const reason = new TypeError("the reason may be anything");
    const signal = AbortSignal.abort(reason);
    expect(CoreError.from(reason, "working", signal)).toMatchObject({ code: "Stopped" });
    expect(CoreError.from(new KubeError("Aborted", "x"), "working")).toMatchObject({ code: "Stopped" });
    expect(CoreError.from(AbortSignal.abort().reason, "working")).toMatchObject({ code: "Stopped" });
  });
});

/** What a client does to the n-th request it is asked for; counts from 1. */
interface Saboteur {
  at: number;
  bug: unknown;
  asked: number;
  /** What was asked for when the bug came, and whether it was asked for again. */
  met: string | undefined;
  repeated: boolean;
}

describe.each(["1.1.2", "1.6.2"] as const)("at any request on %s", (profile) => {
  let tenancy: Tenancy;
  const signal = new AbortController().signal;
  const never: Saboteur = { at: 0, bug: undefined, asked: 0, met: undefined, repeated: false };
  let saboteur = never;

  const sabotaged = (inner: KubeClient): KubeClient => ({
    ...inner,
    request: (request: KubeRequest) => {
      saboteur.asked++;
      const what = `${request.method} ${request.path}`;
      if (saboteur.met === what) saboteur.repeated = true;
      if (saboteur.asked !== saboteur.at) return inner.request(request);
      saboteur.met = what;
      return Promise.reject(saboteur.bug);
    },
  });
  const core = async (): Promise<Hikube> =>
    tenancy.another({
      client: sabotaged(await tenancy.client()),
      connectTenant: async (kubeconfig) => sabotaged(await tenancy.open(kubeconfig)),
    });

  beforeAll(async () => {
    tenancy = await startTenancy(profile);
    const { hikube, id, group } = tenancy;
    await hikube.clusters.converge(id("seen"), plainCluster, wish({ create: true }));
    await hikube.nodeGroups.converge(group("seen", "web"), { minReplicas: 1, maxReplicas: 2 }, wish({ create: true }));
  });
  afterAll(() => tenancy?.stop());

  let names = 0;
  const verbs: readonly (readonly [string, (hikube: Hikube) => Promise<unknown>])[] = [
    ["reading a cluster", (hikube) => hikube.clusters.observe(tenancy.id("seen"), { signal })],
    ["listing clusters", (hikube) => hikube.clusters.list({ signal })],
    ["reading a group", (hikube) => hikube.nodeGroups.observe(tenancy.group("seen", "web"), { signal })],
    ["reading an add-on", (hikube) => hikube.addons.observe(tenancy.group("seen", "fluxcd"), { signal })],
    ["reading the quota", (hikube) => hikube.offers.quota({ signal })],
    ["reading instance types", (hikube) => hikube.offers.instanceTypes({ signal })],
    [
      "changing a group",
      (hikube) => {
        const desired = { minReplicas: 1, maxReplicas: 2 + (++names % 5) };
        return hikube.nodeGroups.converge(tenancy.group("seen", "web"), desired, wish());
      },
    ],
    [
      "creating a cluster",
      (hikube) => hikube.clusters.converge(tenancy.id(`c${++names}`), plainCluster, wish({ create: true })),
    ],
    [
      "removing an add-on",
      (hikube) => hikube.addons.remove(tenancy.group("seen", "fluxcd"), { ...wish(), onDestroy: "disable" }),
    ],
  ];

  test.each(verbs)("%s throws a bug as it is, and asks nothing again", async (_name, verb) => {
    let met = 0;
    for (let at = 1; at <= 40; at++) {
      const bug = new TypeError(`bug at request ${at}`);
      saboteur = { at, bug, asked: 0, met: undefined, repeated: false };
      const mine = saboteur;
      const hikube = await core();
      const thrown = await verb(hikube).then(
        () => undefined,
        (error: unknown) => error,
      );
      await hikube.close();
      saboteur = never;
      // Each request of the verb has had its turn.
      if (mine.met === undefined) break;
      met++;
      expect(thrown, `at request ${at}: ${mine.met}`).toBe(bug);
      expect(mine.repeated, `at request ${at}: ${mine.met}`).toBe(false);
    }
    expect(met).toBeGreaterThan(0);
  });
});
