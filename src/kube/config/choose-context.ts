import type { Context } from "@kubernetes/client-node";
import { KubeError } from "../kube-error.ts";
import { type FoundKubeconfig, isObject } from "./find-kubeconfig.ts";
import { textOf } from "./kubeconfig-fields.ts";
import type { KubectlCluster, KubectlUser } from "./load-kubeconfig.ts";
import { attributeOf } from "./settings.ts";

export interface Chosen {
  readonly context: Context;
  readonly cluster: KubectlCluster;
  readonly user: KubectlUser | undefined;
}

/** Returns the named context, or the current one, with its cluster and user. Throws KubeError `Credential` that lists the valid names. */
export function chooseContext(found: FoundKubeconfig, asked: string | undefined): Chosen {
  const { config, source } = found;
  const name = asked ?? config.getCurrentContext();
  if (!name) {
    const remedy = isObject(found) ? "Call `setCurrentContext`." : "Set `config_context` to one of its contexts.";
    throw new KubeError("Credential", `${source} has no current context. ${remedy}`);
  }
  const missing = (kind: string, wanted: string, entries: readonly { readonly name: string }[], setting?: string) => {
    const names = [...new Set(entries.map((entry) => `"${entry.name}"`))];
    const known = names.length === 0 ? `it has no ${kind}s` : `it has ${names.slice(0, 10).join(", ")}`;
    return new KubeError("Credential", `${source} has no ${kind} "${wanted}": ${known}.`, {
      ...(setting !== undefined && { setting }),
    });
  };
  const context = config.getContextObject(name);
  if (context === null) {
    throw missing(
      "context",
      name,
      config.getContexts(),
      asked === undefined ? undefined : attributeOf("configContext"),
    );
  }
  const clusterName = textOf(context.cluster, "cluster", name);
  if (clusterName === undefined) {
    throw new KubeError("Credential", `The context "${name}" names no cluster. ${source} is incomplete.`);
  }
  const cluster = config.getCluster(clusterName);
  if (cluster === null) throw missing("cluster", clusterName, config.getClusters());
  const userName = textOf(context.user, "user", name);
  const user = userName === undefined ? undefined : config.getUser(userName);
  if (user === null) throw missing("user", userName ?? "", config.getUsers());
  return { context, cluster, user };
}

/** Returns the error for a connection without a server. */
export function withoutServer(config: FoundKubeconfig | undefined): KubeError {
  if (config === undefined) {
    return new KubeError(
      "Credential",
      "No Hikube API is configured. Set `kubeconfig`, `config_path` or `host` in the provider block, or HIKUBE_KUBECONFIG, " +
        "HIKUBE_CONFIG_PATH, HIKUBE_HOST or KUBECONFIG in the environment, or put the tenant's kubeconfig at ~/.kube/config.",
    );
  }
  const remedy = isObject(config) ? "" : " Set `host`, or choose another `config_context`.";
  return new KubeError("Credential", `${config.source} names no server for the cluster of its context.${remedy}`);
}
