import { describe, expect, test } from "vitest";
import { systemClock } from "../../../../src/base/clock.ts";
import type { Json } from "../../../../src/base/json.ts";
import { noLog } from "../../../../src/base/log.ts";
import { Tenants } from "../../../../src/core/read/tenants.ts";
import type { KubeClient, KubeRequest } from "../../../../src/kube/kube-client.ts";
import { KubeError } from "../../../../src/kube/kube-error.ts";

const id = { namespace: "tenant-x", name: "prod" };
const { signal } = new AbortController();
const base64 = (text: string) => Buffer.from(text).toString("base64");

function scripted(
  answer: (request: KubeRequest) => Json | Promise<Json>,
): KubeClient & { readonly asked: string[]; closed: boolean } {
  const client = {
    server: "https://api",
    namespace: "tenant-x",
    asked: [] as string[],
    closed: false,
    request: async (request: KubeRequest) => {
      client.asked.push(request.path);
      return await answer(request);
    },
    failing: () => undefined,
    close: async () => {
      client.closed = true;
    },
  };
  return client;
}
const tenants = (
  client: KubeClient,
  connect: (kubeconfig: string) => Promise<KubeClient> = () => Promise.reject(new KubeError("Network", "no route")),
) => new Tenants({ client, connect, clock: systemClock, log: noLog, answerMs: 50 });

describe("the kubeconfig of a cluster", () => {
  test("comes from the tenant's view of the secret, its external address first", async () => {
    const client = scripted(() => ({ data: { "super-admin.conf": base64("super"), "admin.conf": base64("admin") } }));
    expect(await tenants(client).kubeconfig(id, signal)).toBe("admin");
    expect(client.asked).toEqual([
      "/apis/core.cozystack.io/v1alpha1/namespaces/tenant-x/tenantsecrets/kubernetes-prod-admin-kubeconfig",
    ]);
  });

  test("comes from the secret itself where the view does not show it", async () => {
    const client = scripted(({ path }) => {
      if (path.includes("tenantsecrets")) throw new KubeError("NotFound", "no");
      return { data: { "admin.conf": base64("admin") } };
    });
    expect(await tenants(client).kubeconfig(id, signal)).toBe("admin");
  });

  test("does not exist yet where it is absent, forbidden or empty", async () => {
    for (const code of ["NotFound", "Forbidden"] as const) {
      const client = scripted(() => {
        throw new KubeError(code, "no");
      });
      expect(await tenants(client).kubeconfig(id, signal)).toBeUndefined();
    }
    expect(await tenants(scripted(() => ({ data: { "admin.conf": "" } }))).kubeconfig(id, signal)).toBeUndefined();
  });

  test("is not taken for absent where the credentials are refused", async () => {
    const client = scripted(() => {
      throw new KubeError("Unauthorized", "no");
    });
    await expect(tenants(client).kubeconfig(id, signal)).rejects.toMatchObject({ code: "Denied" });
  });
});

describe("a kubeconfig", () => {
  const text = `
clusters:
- name: other
  cluster: { server: "https://other" }
- name: prod
  cluster: { server: "https://prod:443", certificate-authority-data: ${base64("PEM")} }
contexts:
- name: admin@prod
  context: { cluster: prod, user: admin }
users:
- name: admin
  user: { token: "x" }
current-context: admin@prod
`;
  test("returns the API server and its certificate authority", async () => {
    expect(await tenants(scripted(() => null)).endpoint(text)).toEqual({
      server: "https://prod:443",
      caCertificate: "PEM",
    });
  });

  test.each(["", "{", "a: [", "clusters: 3"])("that is none, like %j, tells nothing", async (nonsense) => {
    expect(await tenants(scripted(() => null)).endpoint(nonsense)).toBeUndefined();
  });
});

describe("a tenant cluster", () => {
  test("that does not answer in time is unreachable, and is not waited for", async () => {
    const silent = scripted(
      ({ signal: stop }) =>
        new Promise<Json>((_, reject) =>
          stop?.addEventListener("abort", () => reject(new KubeError("Aborted", "stopped"))),
        ),
    );
    expect(await tenants(silent, async () => silent).version(id, "k", signal)).toBeUndefined();
  });

  test("is connected to once, and again when its kubeconfig changes", async () => {
    const made: ReturnType<typeof scripted>[] = [];
    const connect = async () => {
      const client = scripted(() => ({ gitVersion: "v1.34.4" }));
      made.push(client);
      return client;
    };
    const them = tenants(
      scripted(() => null),
      connect,
    );
    for (const kubeconfig of ["one", "one", "two"]) expect(await them.version(id, kubeconfig, signal)).toBe("v1.34.4");
    expect(made.map(({ closed }) => closed)).toEqual([true, false]);
    await them.close();
    expect(made.every(({ closed }) => closed)).toBe(true);
  });

  test("tells the newest revision of each of its releases", async () => {
    const secret = (name: string, version: number, status: string) => ({
      metadata: { labels: { name, version: String(version), status, owner: "helm" } },
    });
    const client = scripted(() => ({
      items: [secret("velero", 9, "superseded"), secret("velero", 10, "deployed"), secret("x", 1, "failed")],
    }));
    expect(await tenants(client, async () => client).releases(id, "k", "cozy-velero", signal)).toEqual([
      { name: "velero", namespace: "cozy-velero", status: "deployed", revision: 10 },
      { name: "x", namespace: "cozy-velero", status: "failed", revision: 1 },
    ]);
  });
});
