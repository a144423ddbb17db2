import { asObject } from "../src/engine/nested.ts";
import { parts } from "../src/hikube/index.ts";
import { startSandbox } from "../src/sandbox/sandbox.ts";
import { objectType } from "../src/schema/kind.ts";
import { decodeMsgpack, encodeMsgpack } from "../src/values/msgpack/index.ts";
import { openClient } from "../test/support/kube-client.ts";
import type { Connection } from "../test/support/plugin-client/connection.ts";
import { ownIdentity } from "../test/support/plugin-client/identity.ts";
import type { PluginProcess } from "../test/support/plugin-client/process.ts";
import { startPlugin } from "../test/support/plugin-client/process.ts";
import type { Message } from "../test/support/plugin-client/services.ts";

/**
 * Lets a provider executable do what an ordinary plan asks of it, against a sandbox, and ends it: what it compiled for that is what
 * its users' starts need. `env` is added to its environment.
 */
export async function exercisePlugin(executable: string, env: Readonly<Record<string, string>>): Promise<void> {
  const sandbox = await startSandbox({ profile: "1.1.2", speed: 1_000 });
  let plugin: PluginProcess | undefined;
  let connection: Connection | undefined;
  try {
    const { kubeconfig, namespace } = sandbox;
    const client = await openClient({ kubeconfig });
    const apiVersion = "apps.cozystack.io/v1alpha1";
    await client.request({
      method: "POST",
      path: `/apis/${apiVersion}/namespaces/${namespace}/kuberneteses`,
      body: { apiVersion, kind: "Kubernetes", metadata: { name: "prod", namespace }, spec: {} },
    });
    await client.close();

    plugin = await startPlugin([executable], {
      identity: ownIdentity(),
      env: { ...env, HIKUBE_KUBECONFIG: kubeconfig },
      stderr: "inherit",
    });
    connection = plugin.connect();
    const opened = connection;
    const call = async (method: string, request: Message): Promise<Message> => {
      const answer = await opened.call(method, request);
      const [first] = (answer["diagnostics"] ?? []) as Message[];
      if (first !== undefined) throw new Error(`${method}: ${first["summary"]} ${first["detail"]}`);
      return answer;
    };
    await call("GetProviderSchema", {});
    await call("GetResourceIdentitySchemas", {});
    await call("ValidateProviderConfig", {});
    await call("ConfigureProvider", {});
    const ids = { hikube_cluster: "prod", hikube_nodegroup: "prod/md0", hikube_addon: "prod/cert-manager" };
    for (const [type_name, id] of Object.entries(ids)) {
      const imported = await call("ImportResourceState", {
        type_name,
        id: `${namespace}/${id}`,
      });
      const [found] = imported["imported_resources"] as { readonly state: { readonly msgpack: Uint8Array } }[];
      const current_state = { msgpack: found?.state.msgpack };
      const read = await call("ReadResource", { type_name, current_state });
      const { msgpack } = read["new_state"] as { readonly msgpack: Uint8Array };
      const prior_state = { msgpack };
      const config = configurationOf(type_name, msgpack);
      await call("ValidateResourceConfig", { type_name, config });
      await call("PlanResourceChange", { type_name, config, prior_state, proposed_new_state: prior_state });
    }
  } finally {
    // Before its folder is removed: the complaint of a process that lost it would hide what went wrong.
    await plugin?.shutdown();
    await connection?.close();
    await sandbox.stop();
  }
}

/** A configuration that has made a state: without what only the provider sets. */
function configurationOf(typeName: string, state: Uint8Array): { readonly msgpack: Uint8Array } {
  const schema = parts.resources.find(({ type }) => type === typeName)?.definition.schema ?? {};
  const config = asObject(decodeMsgpack(state, objectType(schema)));
  for (const [name, { mode }] of Object.entries(schema)) if (mode === "computed") config[name] = null;
  return { msgpack: encodeMsgpack(config, objectType(schema)) };
}
