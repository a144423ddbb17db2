import { systemClock } from "../../src/base/clock.ts";
import type { Json } from "../../src/base/json.ts";
import { noLog } from "../../src/base/log.ts";
import { connect } from "../../src/kube/connect.ts";
import { KubeError } from "../../src/kube/kube-error.ts";
import { resolveConnection } from "../../src/kube/kubeconfig.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

/** Somebody else at the console: writes to clusters as a tenant, with no regard for anybody. */
export function foreignWriter(sandbox: Sandbox) {
  return {
    patch: async (cluster: string, operations: Json[]): Promise<void> => {
      const client = connect(await resolveConnection({ kubeconfig: sandbox.kubeconfig }, {}), {
        log: noLog,
        clock: systemClock,
        random: Math.random,
      });
      const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kuberneteses/${cluster}`;
      try {
        for (;;) {
          try {
            await client.request({
              method: "PATCH",
              path,
              contentType: "application/json-patch+json",
              body: operations,
            });
            return;
          } catch (error) {
            if (!(error instanceof KubeError) || error.code !== "Conflict") throw error;
          }
        }
      } finally {
        await client.close();
      }
    },
  };
}
