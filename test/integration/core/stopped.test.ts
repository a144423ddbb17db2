import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CoreError } from "../../../src/core/core-error.ts";
import type { Hikube } from "../../../src/core/hikube.ts";
import type { KubeClient, KubeRequest } from "../../../src/kube/kube-client.ts";
import { plainCluster, startTenancy, type Tenancy, wish } from "../../support/tenancy.ts";

/** Aborts the caller's signal at the n-th request, which is answered nevertheless; counts from 1. */
interface Stop {
  readonly at: number;
  readonly caller: AbortController;
  asked: number;
  met: string | undefined;
}

describe.each(["1.1.2", "1.6.2"] as const)("stopped at any request on %s", (profile) => {
  let tenancy: Tenancy;
  let stop: Stop | undefined;

  const stopping = (inner: KubeClient): KubeClient => ({
    ...inner,
    request: (request: KubeRequest) => {
      if (stop !== undefined && ++stop.asked === stop.at) {
        stop.met = `${request.method} ${request.path}`;
        stop.caller.abort(new Error("the host asked to stop"));
      }
      return inner.request(request);
    },
  });
  const core = async (): Promise<Hikube> =>
    tenancy.another({
      client: stopping(await tenancy.client()),
      connectTenant: async (kubeconfig) => stopping(await tenancy.open(kubeconfig)),
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

  test.each(methods)("%s says that it was stopped, or ends well", async (_name, method) => {
    let met = 0;
    for (let at = 1; at <= 40; at++) {
      stop = { at, caller: new AbortController(), asked: 0, met: undefined };
      const mine: Stop = stop;
      const hikube = await core();
      const thrown = await method(hikube, mine.caller.signal).then(
        () => undefined,
        (error: unknown) => error,
      );
      stop = undefined;
      await hikube.close();
      // Each request has had its turn.
      if (mine.met === undefined) break;
      met++;
      if (thrown !== undefined && !(thrown instanceof CoreError))
        expect(`${String(thrown)} at request ${at}: ${mine.met}`).toBe("a CoreError");
      if (thrown instanceof CoreError) expect(thrown.code, `at request ${at}: ${mine.met}`).toBe("Stopped");
    }
    expect(met).toBeGreaterThan(0);
  });
});
