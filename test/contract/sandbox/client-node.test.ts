import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ApiException,
  CoreV1Api,
  type CoreV1Event,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";

// A script of a tenant's, written with client-node and none of this project's code, against the embedded Hikube.

const clusters = { group: "apps.cozystack.io", version: "v1alpha1", plural: "kuberneteses" };

interface Cluster {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly version?: string; readonly nodeGroups?: Readonly<Record<string, object>> };
}

describe.each(["1.1.2", "1.6.2"] as const)("client-node against platform %s", (profile) => {
  let sandbox: Sandbox;
  let directory: string;
  let config: KubeConfig;

  beforeEach(async () => {
    sandbox = await startSandbox({ profile, speed: 1_000 });
    directory = await mkdtemp(join(tmpdir(), "client-node-"));
    config = new KubeConfig();
    config.loadFromString(sandbox.kubeconfig);
  });

  afterEach(async () => {
    await sandbox.stop();
    await rm(directory, { recursive: true });
  });

  const create = async (name: string) => {
    const body = { apiVersion: "apps.cozystack.io/v1alpha1", kind: "Kubernetes", metadata: { name }, spec: {} };
    const { namespace } = sandbox;
    await config.makeApiClient(CustomObjectsApi).createNamespacedCustomObject({ ...clusters, namespace, body });
  };

  test("lists what it has created, and only that with a selector", async () => {
    await create("one");
    await create("two");
    const api = config.makeApiClient(CustomObjectsApi);
    const list = async (fieldSelector?: string) => {
      const found: { items: Cluster[] } = await api.listNamespacedCustomObject({
        ...clusters,
        namespace: sandbox.namespace,
        ...(fieldSelector !== undefined && { fieldSelector }),
      });
      return found.items.map(({ metadata }) => metadata.name);
    };
    expect(await list()).toEqual(["one", "two"]);
    expect(await list("metadata.name=two")).toEqual(["two"]);
  });

  test("patches by merging and by JSON Patch, and is told of a patch that does not apply", async () => {
    await create("prod");
    const api = config.makeApiClient(CustomObjectsApi);
    const target = { ...clusters, namespace: sandbox.namespace, name: "prod" };
    const patch = async (body: object, strategy: string): Promise<Cluster> => {
      // The platform's own status writes may get in between; as every client does, this one tries again.
      for (;;) {
        try {
          return await api.patchNamespacedCustomObject({ ...target, body }, setHeaderOptions("Content-Type", strategy));
        } catch (error) {
          if (!(error instanceof ApiException) || !String(error.body).includes("has been modified")) throw error;
        }
      }
    };
    const merged = await patch(
      { metadata: { labels: { team: "a" } }, spec: { version: "v1.34" } },
      PatchStrategy.MergePatch,
    );
    expect(merged.metadata.labels).toMatchObject({ team: "a" });
    const patched = await patch(
      [
        { op: "test", path: "/spec/version", value: "v1.34" },
        { op: "replace", path: "/spec/version", value: "v1.35" },
        { op: "remove", path: "/metadata/labels/team" },
      ],
      PatchStrategy.JsonPatch,
    );
    expect(patched.spec.version).toBe("v1.35");
    expect(patched.metadata.labels ?? {}).not.toHaveProperty("team");
    const refused = patch([{ op: "test", path: "/spec/version", value: "v1.34" }], PatchStrategy.JsonPatch);
    await expect(refused).rejects.toBeInstanceOf(ApiException);
    expect(sandbox.stored("Kubernetes", "prod")?.values).toMatchObject({ version: "v1.35" });
  });

  test("an informer knows every object after watches that break, are refused and are too old", async () => {
    const { namespace } = sandbox;
    const path = `/api/v1/namespaces/${namespace}/events`;
    const core = config.makeApiClient(CoreV1Api);
    const informer: Informer<CoreV1Event> & { list(): readonly CoreV1Event[] } = makeInformer(config, path, () =>
      core.listNamespacedEvent({ namespace }),
    );
    const put = (name: string) =>
      sandbox.put("events", {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name, namespace },
        involvedObject: { kind: "Kubernetes", name: "prod", namespace },
        reason: "Test",
        message: name,
      });
    const added: string[] = [];
    const errors: unknown[] = [];
    informer.on("add", ({ metadata }) => added.push(metadata.name ?? ""));
    informer.on("error", (error) => {
      errors.push(error);
      // What client-node leaves to its user. The next object comes while nothing is watched.
      put(`missed-${errors.length}`);
      void informer.start();
    });
    const watches = () => sandbox.requests.filter((request) => request.query.includes("watch=true")).length;

    put("before");
    // The first request is the list. A watch that is too old makes the informer list again by itself.
    const broken = { kind: "reset", when: "before" } as const;
    const refused = { kind: "answer", status: 503, body: "no" } as const;
    const tooOld = { kind: "answer", status: 410, body: "gone" } as const;
    for (const [index, action] of [broken, refused, tooOld].entries()) {
      sandbox.faults.add({ match: { method: "GET", path: /\/events$/, nth: 2 + index }, action });
    }
    await informer.start();
    await expect.poll(watches).toBe(4);
    put("after");
    await expect.poll(() => added).toContain("after");
    expect(errors).toHaveLength(2);
    expect(sandbox.faults.hits).toBe(3);
    const names = informer.list().map(({ metadata }) => metadata.name);
    expect(names).toEqual(expect.arrayContaining(["before", "missed-1", "missed-2", "after"]));
    expect(new Set(added).size, "no object twice").toBe(added.length);
    await informer.stop();
  });

  describe("with a credential plugin", () => {
    let runs: string;

    /** A kubeconfig whose plugin prints the file `token` and notes each run. */
    const withPlugin = async (status: object): Promise<KubeConfig> => {
      runs = join(directory, "runs");
      const plugin = join(directory, "login");
      const answer = JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status });
      await writeFile(plugin, `#!/bin/sh\necho run >> '${runs}'\nprintf '%s' '${answer}'\n`);
      await chmod(plugin, 0o755);
      const plugged = new KubeConfig();
      plugged.loadFromOptions({
        ...config,
        users: config.getUsers().map(({ name }) => ({
          name,
          exec: { apiVersion: "client.authentication.k8s.io/v1", command: plugin, interactiveMode: "Never" },
        })),
      });
      return plugged;
    };
    const count = async () => (await readFile(runs, "utf8")).split("\n").length - 1;
    const list = async (of: KubeConfig) =>
      await of
        .makeApiClient(CustomObjectsApi)
        .listNamespacedCustomObject({ ...clusters, namespace: sandbox.namespace });

    test("logs in once, and again after the credential has expired", async () => {
      const token = sandbox.issueToken();
      const lasting = await withPlugin({ token });
      await list(lasting);
      await list(lasting);
      expect(await count()).toBe(1);
      const expired = await withPlugin({ token, expirationTimestamp: new Date(Date.now() - 1_000).toISOString() });
      await list(expired);
      await list(expired);
      expect(await count()).toBe(3);
    });

    test("is refused with 401 once its token is revoked", async () => {
      const token = sandbox.issueToken();
      const plugged = await withPlugin({ token });
      await list(plugged);
      sandbox.revokeToken(token);
      await expect(list(plugged)).rejects.toMatchObject({ code: 401 });
      expect(await count(), "the plugin is not asked again after a refusal, as the provider asks it").toBe(1);
    });
  });
});
