import type { Json } from "../../src/base/json.ts";
import { monitorsPath } from "../../src/core/ids.ts";
import { parseApp } from "../../src/core/object/app-object.ts";
import { parseMonitors } from "../../src/core/object/monitors.ts";
import type { KubeClient } from "../../src/kube/kube-client.ts";
import { KubeError } from "../../src/kube/kube-error.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { openClient } from "../support/kube-client.ts";

/** Another user at the console: writes to clusters as a tenant, without coordination. */
export function foreignWriter(sandbox: Sandbox) {
  const connected = async <T>(work: (client: KubeClient) => Promise<T>): Promise<T> => {
    const client = await openClient({ kubeconfig: sandbox.kubeconfig });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  };
  return {
    patch: (cluster: string, operations: Json[]): Promise<void> =>
      connected(async (client) => {
        const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kuberneteses/${cluster}`;
        for (;;) {
          try {
            const contentType = "application/json-patch+json";
            await client.request({ method: "PATCH", path, contentType, body: operations });
            return;
          } catch (error) {
            if (!(error instanceof KubeError) || error.code !== "Conflict") throw error;
          }
        }
      }),
    /** The condition `Ready` of a cluster. */
    condition: (cluster: string): Promise<{ readonly status: string; readonly message: string }> =>
      connected(async (client) => {
        const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kuberneteses/${cluster}`;
        const { ready } = parseApp(await client.request({ method: "GET", path }));
        return { status: ready?.status ?? "", message: ready?.message ?? "" };
      }),
    /** Resolves once an event of the namespace holds the text. */
    untilEvent: (text: string): Promise<void> =>
      connected(async (client) => {
        const path = `/api/v1/namespaces/${sandbox.namespace}/events`;
        while (!JSON.stringify(await client.request({ method: "GET", path })).includes(text)) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }),
    /** Names of the monitors in the namespace: what still runs. */
    running: (): Promise<string[]> =>
      connected(async (client) => {
        const answer = await client.request({ method: "GET", path: monitorsPath(sandbox.namespace) });
        return parseMonitors(answer).map(({ name }) => name);
      }),
  };
}
