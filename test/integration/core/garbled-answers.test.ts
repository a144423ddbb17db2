import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Json } from "../../../src/base/json.ts";
import { CoreError } from "../../../src/core/core-error.ts";
import type { Hikube } from "../../../src/core/hikube.ts";
import { parseAnswer } from "../../../src/kube/http/parse-status.ts";
import type { KubeClient, KubeRequest } from "../../../src/kube/kube-client.ts";
import fc from "../../support/fast-check.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";
import { anyJson, replaced, rubbish } from "../../support/values/rubbish.ts";

// An API that answers 200 with anything that JSON can express: what is read of it is sound or refused in words, and nothing hangs.

const endpoints: readonly { readonly what: string; readonly path: RegExp; readonly both?: true }[] = [
  { what: "the platform's description", path: /^\/openapi\// },
  { what: "a cluster", path: /\/kuberneteses\/[^/]+$/ },
  { what: "the clusters", path: /\/kuberneteses$/ },
  { what: "the groups' own objects", path: /\/kubernetesnodeses/, both: true },
  { what: "the monitors", path: /\/workloadmonitors/ },
  { what: "the kubeconfig", path: /\/(tenantsecrets|secrets)\// },
  { what: "the tenant's version", path: /^\/version$/ },
  { what: "the nodes", path: /^\/api\/v1\/nodes$/ },
  { what: "Helm's releases", path: /\/secrets$/ },
  { what: "the events", path: /\/events$/ },
  { what: "the quotas", path: /\/resourcequotas$/ },
  { what: "the options", path: /\/options\//, both: true },
  { what: "everything", path: /./, both: true },
];

/** What no error may have at its root: a mistake of ours, not of the platform. */
function expectNoBug(error: unknown): void {
  expect(error).toBeInstanceOf(CoreError);
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    expect(cause.name, cause.stack).not.toMatch(/^(TypeError|RangeError|SyntaxError|ReferenceError)$/);
  }
}

/** Succeeds, or fails with a CoreError that is not a bug. */
async function sound(promise: Promise<unknown>): Promise<void> {
  await promise.then(() => {}, expectNoBug);
}

describe.each(["1.1.2", "1.6.2"] as const)("the library on platform %s", (profile) => {
  let tenancy: Tenancy;
  /** Spoils the answers of matching requests, after they were carried out. */
  let spoil: ((request: KubeRequest, answer: Json) => string | undefined) | undefined;
  const spoilt = (client: KubeClient): KubeClient => ({
    ...client,
    request: async (request) => {
      const answer = await client.request(request);
      const text = spoil?.(request, answer);
      return text === undefined ? answer : parseAnswer({ status: 200, text }, request.method);
    },
  });
  const fresh = async (): Promise<Hikube> =>
    tenancy.another({
      client: spoilt(await tenancy.client()),
      connectTenant: async (kubeconfig) => spoilt(await tenancy.open(kubeconfig)),
    });

  beforeAll(async () => {
    tenancy = await startTenancy(profile);
    const { hikube, id, group } = tenancy;
    await hikube.clusters.converge(id("c"), plainCluster, wish({ create: true }));
    await hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1 }, wish({ create: true }));
  });

  afterAll(() => tenancy?.stop());

  const signal = new AbortController().signal;
  const soon = <Desired, State>(create = false) => wish<Desired, State>({ create, deadline: tenancy.clock.now() + 60 });

  async function askEverything(hikube: Hikube): Promise<void> {
    const { id, group } = tenancy;
    const addon = group("c", "cert-manager");
    await Promise.all(
      [
        hikube.clusters.observe(id("c"), { signal }),
        hikube.clusters.list({ signal }),
        hikube.clusters.kubeconfig(id("c"), { signal }),
        hikube.nodeGroups.observe(group("c", "web"), { signal }),
        hikube.addons.observe(addon, { signal }),
        hikube.offers.instanceTypes({ signal }),
        hikube.offers.storageClasses({ signal }),
        hikube.offers.gpus({ signal }),
        hikube.offers.quota({ signal }),
      ].map(sound),
    );
  }

  /** Writes that change something and nothing, and waits that cannot end. */
  async function writeEverything(hikube: Hikube, turn: number): Promise<void> {
    const { id, group } = tenancy;
    const addon = group("c", "cert-manager");
    await Promise.all([
      sound(hikube.clusters.converge(id("c"), { ...plainCluster, labels: { turn: `t${turn}` } }, soon())),
      sound(hikube.nodeGroups.converge(group("c", "web"), { minReplicas: 1, maxReplicas: 2 + (turn % 2) }, soon())),
      sound(hikube.addons.converge(addon, { values: { turn }, resolveConflicts: "ADOPT" }, soon())),
    ]);
    if (turn % 8 !== 0) return;
    await sound(hikube.clusters.converge(id(`n${turn}`), plainCluster, soon(true)));
    await sound(hikube.clusters.remove(id(`n${turn}`), soon()));
  }

  let turn = 0;
  // On 1.6.2 only what 1.1.2 does not have: the rest is the same code.
  test.each(endpoints.filter(({ both }) => both === true || profile === "1.1.2"))(
    "is told anything about $what and stays sound",
    async ({ path }) => {
      for (const [, text] of rubbish) {
        spoil = (request) => (path.test(request.path) ? text : undefined);
        const hikube = await fresh();
        try {
          await askEverything(hikube);
          if (++turn % 4 === 0) await writeEverything(hikube, turn);
        } finally {
          spoil = undefined;
          await hikube.close();
        }
      }
    },
  );

  test("reads answers in which one value is of another kind", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...endpoints), fc.nat(), anyJson, async ({ path }, at, value) => {
        spoil = (request, answer) =>
          path.test(request.path) ? JSON.stringify(replaced(answer, at, value)) : undefined;
        const hikube = await fresh();
        try {
          await askEverything(hikube);
        } finally {
          spoil = undefined;
          await hikube.close();
        }
      }),
      {
        numRuns: 40,
        examples: endpoints.map((endpoint): [(typeof endpoints)[number], number, null] => [endpoint, 0, null]),
      },
    );
  });
});
