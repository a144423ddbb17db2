import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CoreError } from "../../../src/core/core-error.ts";
import type { Hikube } from "../../../src/core/hikube.ts";
import type { KubeClient, KubeRequest } from "../../../src/kube/kube-client.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

/** What happens at the n-th request of a client instead of it, or before it; counts from 1. */
interface Event {
  readonly at: number;
  readonly happen: () => Promise<never> | undefined;
  asked: number;
  /** The request that it happened at, and whether that was asked for again. */
  met: string | undefined;
  repeated: boolean;
}

describe.each(["1.1.2", "1.6.2"] as const)("at any request on %s", (profile) => {
  let tenancy: Tenancy;

  const meeting = (inner: KubeClient, event: Event): KubeClient => ({
    ...inner,
    request: (request: KubeRequest) => {
      event.asked++;
      const what = `${request.method} ${request.path}`;
      if (event.met === what) event.repeated = true;
      if (event.asked !== event.at) return inner.request(request);
      event.met = what;
      return event.happen() ?? inner.request(request);
    },
  });

  beforeAll(async () => {
    tenancy = await startTenancy(profile, {}, { quota: { cpu: "100", memory: "400Gi" } });
    const { hikube, id, group } = tenancy;
    await hikube.clusters.converge(id("seen"), plainCluster, wish({ create: true }));
    await hikube.nodeGroups.converge(group("seen", "web"), { minReplicas: 1, maxReplicas: 2 }, wish({ create: true }));
  });
  afterAll(() => tenancy?.stop());

  const cluster = () => tenancy.id("seen");
  const web = () => tenancy.group("seen", "web");
  const fluxcd = () => tenancy.group("seen", "fluxcd");
  let turn = 0;

  type Method = (hikube: Hikube, signal: AbortSignal) => Promise<unknown>;
  const methods: readonly (readonly [string, Method])[] = [
    ["platform", (hikube, signal) => hikube.platform(signal)],
    ["clusters.observe", ({ clusters }, signal) => clusters.observe(cluster(), { signal })],
    ["clusters.list", ({ clusters }, signal) => clusters.list({ signal })],
    ["clusters.kubeconfig", ({ clusters }, signal) => clusters.kubeconfig(cluster(), { signal })],
    [
      "clusters.awaitKubeconfig",
      ({ clusters }, signal) => clusters.awaitKubeconfig(cluster(), { ...wish({ signal }), waitFor: "ready" }),
    ],
    ["clusters.awaitReady", ({ clusters }, signal) => clusters.awaitReady(cluster(), wish({ signal }))],
    ["clusters.reconcile", ({ clusters }, signal) => clusters.reconcile(cluster(), wish({ signal }))],
    ["clusters.nodes", ({ clusters }, signal) => clusters.nodes(cluster(), wish({ signal }))],
    ["clusters.unmodelled", ({ clusters }, signal) => clusters.unmodelled({ signal })],
    [
      "clusters.converge",
      ({ clusters }, signal) =>
        clusters.converge(tenancy.id(`c${++turn}`), plainCluster, wish({ signal, create: true })),
    ],
    ["clusters.remove", ({ clusters }, signal) => clusters.remove(tenancy.id("none"), wish({ signal }))],
    ["nodeGroups.observe", ({ nodeGroups }, signal) => nodeGroups.observe(web(), { signal })],
    ["nodeGroups.list", ({ nodeGroups }, signal) => nodeGroups.list({ signal })],
    ["nodeGroups.existing", ({ nodeGroups }, signal) => nodeGroups.existing(web(), { minReplicas: 1 }, { signal })],
    [
      "nodeGroups.converge",
      ({ nodeGroups }, signal) =>
        nodeGroups.converge(web(), { minReplicas: 1, maxReplicas: 2 + (++turn % 5) }, wish({ signal })),
    ],
    [
      "nodeGroups.remove",
      ({ nodeGroups }, signal) => nodeGroups.remove(tenancy.group("seen", "none"), wish({ signal })),
    ],
    ["addons.observe", ({ addons }, signal) => addons.observe(fluxcd(), { signal })],
    ["addons.list", ({ addons }, signal) => addons.list(cluster(), { signal })],
    ["addons.configured", ({ addons }, signal) => addons.configured({ signal })],
    [
      "addons.existing",
      ({ addons }, signal) => addons.existing(fluxcd(), { enabled: true, resolveConflicts: "NONE" }, { signal }),
    ],
    [
      "addons.converge",
      ({ addons }, signal) =>
        addons.converge(fluxcd(), { enabled: ++turn % 2 === 0, resolveConflicts: "NONE" }, wish({ signal })),
    ],
    ["addons.remove", ({ addons }, signal) => addons.remove(fluxcd(), { ...wish({ signal }), onDestroy: "disable" })],
    [
      "quotas.check",
      ({ quotas, namespace }, signal) => {
        quotas.note(tenancy.group("seen", "new"), { minReplicas: 1, maxReplicas: 9 });
        return quotas.check(namespace, signal);
      },
    ],
    ["offers.instanceTypes", ({ offers }, signal) => offers.instanceTypes({ signal })],
    ["offers.storageClasses", ({ offers }, signal) => offers.storageClasses({ signal })],
    ["offers.gpus", ({ offers }, signal) => offers.gpus({ signal })],
    ["offers.quota", ({ offers }, signal) => offers.quota({ signal })],
  ];

  /** Calls a method of a new library for each request that it sends, with an event at that one; `check` gets what the call threw. */
  async function atEachRequest(
    call: (hikube: Hikube) => Promise<unknown>,
    happen: (at: number) => Promise<never> | undefined,
    check: (thrown: unknown, event: Event) => void,
  ): Promise<void> {
    let met = 0;
    for (let at = 1; at <= 40; at++) {
      const event: Event = { at, happen: () => happen(at), asked: 0, met: undefined, repeated: false };
      const hikube = await tenancy.another({
        client: meeting(await tenancy.client(), event),
        connectTenant: async (kubeconfig) => meeting(await tenancy.open(kubeconfig), event),
      });
      const thrown = await call(hikube).then(
        () => undefined,
        (error: unknown) => error,
      );
      await hikube.close();
      // Each request has had its turn.
      if (event.met === undefined) break;
      met++;
      check(thrown, event);
    }
    expect(met).toBeGreaterThan(0);
  }

  test.each(methods)("%s throws a bug as it is, and asks nothing again", async (_name, method) => {
    let bug: unknown;
    await atEachRequest(
      (hikube) => method(hikube, new AbortController().signal),
      (at) => {
        bug = new TypeError(`bug at request ${at}`);
        return Promise.reject(bug);
      },
      (thrown, { at, met, repeated }) => {
        expect(thrown, `at request ${at}: ${met}`).toBe(bug);
        expect(repeated, `at request ${at}: ${met}`).toBe(false);
      },
    );
  });

  test.each(methods)("%s says that it was stopped, or ends well", async (_name, method) => {
    let caller = new AbortController();
    await atEachRequest(
      (hikube) => {
        caller = new AbortController();
        return method(hikube, caller.signal);
      },
      () => {
        caller.abort(new Error("the host asked to stop"));
        return undefined;
      },
      (thrown, { at, met }) => {
        if (thrown === undefined) return;
        expect(thrown, `at request ${at}: ${met}`).toBeInstanceOf(CoreError);
        expect(thrown, `at request ${at}: ${met}`).toMatchObject({ code: "Stopped" });
      },
    );
  });
});
