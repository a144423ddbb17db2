import { systemClock } from "../src/base/clock.ts";
import { noLog } from "../src/base/log.ts";
import { asObject } from "../src/engine/nested.ts";
import { parts } from "../src/hikube/index.ts";
import { resolveConnection } from "../src/kube/config/kubeconfig.ts";
import { connect } from "../src/kube/http/connect.ts";
import type { tfplugin6 } from "../src/protocol/generated/tfplugin6.js";
import type { WithDiagnostics } from "../src/protocol/handler.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { objectType } from "../src/schema/kind.ts";
import { decodeMsgpack, encodeMsgpack } from "../src/values/msgpack/index.ts";
import { startPlugin } from "./plugin-client.ts";

/**
 * Lets a provider executable do what an ordinary plan asks of it, against a sandbox, and ends it: what it compiled for that is what
 * its users' starts need. `env` is added to its environment.
 */
export async function exercisePlugin(executable: string, env: Readonly<Record<string, string>>): Promise<void> {
  const sandbox = await startSandbox({ profile: "1.1.2", speed: 1_000 });
  let plugin: Awaited<ReturnType<typeof startPlugin>> | undefined;
  try {
    const { kubeconfig, namespace } = sandbox;
    const client = connect(await resolveConnection({ kubeconfig }, {}), {
      log: noLog,
      clock: systemClock,
      random: Math.random,
    });
    const apiVersion = "apps.cozystack.io/v1alpha1";
    await client.request({
      method: "POST",
      path: `/apis/${apiVersion}/namespaces/${namespace}/kuberneteses`,
      body: { apiVersion, kind: "Kubernetes", metadata: { name: "prod", namespace }, spec: {} },
    });
    await client.close();

    plugin = await startPlugin([executable], { ...env, HIKUBE_KUBECONFIG: kubeconfig });
    const started = plugin;
    const call = async <Response extends WithDiagnostics>(method: string, request: object): Promise<Response> => {
      const answer = await started.call<object, Response>(method, request);
      const [first] = answer.diagnostics ?? [];
      if (first !== undefined) throw new Error(`${method}: ${first.summary} ${first.detail}`);
      return answer;
    };
    await call("GetProviderSchema", {});
    await call("GetResourceIdentitySchemas", {});
    await call("ValidateProviderConfig", {});
    await call("ConfigureProvider", {});
    const ids = { hikube_cluster: "prod", hikube_nodegroup: "prod/md0", hikube_addon: "prod/cert-manager" };
    for (const [typeName, id] of Object.entries(ids)) {
      const imported = await call<tfplugin6.ImportResourceState.IResponse>("ImportResourceState", {
        typeName,
        id: `${namespace}/${id}`,
      });
      const read = await call<tfplugin6.ReadResource.IResponse>("ReadResource", {
        typeName,
        currentState: imported.importedResources?.[0]?.state,
      });
      const priorState = read.newState;
      const config = configurationOf(typeName, priorState?.msgpack ?? new Uint8Array());
      await call("ValidateResourceConfig", { typeName, config });
      await call("PlanResourceChange", { typeName, config, priorState, proposedNewState: priorState });
    }
  } finally {
    // Before its folder is removed: the complaint of a process that lost it would hide what went wrong.
    await plugin?.end();
    await sandbox.stop();
  }
}

/** A configuration that has made a state: without what only the provider sets. */
function configurationOf(typeName: string, state: Uint8Array): tfplugin6.IDynamicValue {
  const schema = parts.resources.find(({ type }) => type === typeName)?.definition.schema ?? {};
  const config = asObject(decodeMsgpack(state, objectType(schema)));
  for (const [name, { mode }] of Object.entries(schema)) if (mode === "computed") config[name] = null;
  return { msgpack: encodeMsgpack(config, objectType(schema)) };
}
