import { beforeDeadline } from "../../base/deadline.ts";
import { withoutPeriod } from "../../base/sentence.ts";
import type { KubeconfigParts } from "../../kube/config/kubeconfig-parts.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { type Context, clusterSubject } from "../context.ts";
import { CoreError } from "../core-error.ts";
import { type ClusterId, releaseName } from "../ids.ts";
import type { AppObject } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import { controlPlaneRuns } from "../read/observe.ts";
import type { Observation } from "../read/watch.ts";
import { diagnose, waited } from "../rollout/diagnose.ts";
import { cannotBecomeReady, expectCluster } from "../rollout/existing-cluster.ts";
import { isDeterministic } from "../rollout/faults.ts";
import { deletedMeanwhile, unanswered } from "../rollout/wait.ts";

export interface KubeconfigOptions extends WaitOptions {
  /** `exists`: the kubeconfig exists and can be used. `ready`: the cluster's API also answers with it. */
  readonly waitFor: "exists" | "ready";
}

/** The admin kubeconfig of a cluster. Contains secrets. */
export interface ClusterKubeconfig {
  /** The kubeconfig as the platform stores it, YAML. */
  readonly text: string;
  readonly parts: KubeconfigParts;
}

/** A reason to wait; a `lasting` one ends the wait if it lasts for `reachMs`. */
interface Missing {
  readonly why: string;
  readonly lasting?: CoreError;
}

/** The path of all errors in the caller's arguments. */
const path = ["clusterId"];

/**
 * Returns the admin kubeconfig of a cluster: waits until control plane and kubeconfig exist and, if requested, until the cluster's API
 * answers. Throws CoreError NotFound, Deleting, Refused (the platform cannot install the cluster), Denied (no right to read the
 * kubeconfig), Unreachable (the kubeconfig cannot be used, or its server has no address), Timeout, Stopped.
 */
export async function awaitKubeconfig(
  context: Context,
  id: ClusterId,
  options: KubeconfigOptions,
): Promise<ClusterKubeconfig> {
  const { clock, reader } = context;
  const began = clock.now();
  const search = new Search(context, id, options);
  try {
    // A platform that does not answer is an error at once, as for every other read.
    await search.look(await reader.cluster(id, options.signal, true));
    const found = await beforeDeadline(clock, options.deadline, options.signal, (signal) => search.run(signal));
    if (found !== undefined) return found;
  } catch (error) {
    throw CoreError.from(error, `reading the kubeconfig of cluster ${id.name}`, options.signal);
  }
  const after = `After ${waited({ began, options })} ${search.why}.`;
  const diagnosis = await diagnose(context, id);
  throw new CoreError("Timeout", `${after} ${diagnosis}`.trim(), {
    summary: `No login to cluster ${id.name} yet`,
    hint: "The platform continues in the background. Try again later, or wait longer.",
    path,
  });
}

/** The state of one wait for a kubeconfig. */
class Search {
  private readonly context: Context;
  private readonly id: ClusterId;
  private readonly options: KubeconfigOptions;
  private found = false;
  private lasting: { readonly summary: string | undefined; readonly since: number } | undefined;
  why = "the platform has not answered";

  constructor(context: Context, id: ClusterId, options: KubeconfigOptions) {
    this.context = context;
    this.id = id;
    this.options = options;
  }

  /** Checks the cluster object. Throws if waiting is in vain. */
  look(object: AppObject | undefined): AppObject {
    if (object === undefined && this.found) throw deletedMeanwhile(`cluster ${this.id.name}`);
    const hint = "Its kubeconfig disappears with it. Create the cluster again, or refer to another one.";
    const existing = expectCluster(this.context, this.id, object, hint);
    this.found = true;
    return existing;
  }

  async run(signal: AbortSignal): Promise<ClusterKubeconfig> {
    const { watch, clock, timings } = this.context;
    for (;;) {
      const seen = await watch.next(clusterSubject(this.context, this.id), signal);
      const missing = await this.check(seen, signal).catch((error): Missing => ({ why: unanswered(error, signal) }));
      if ("parts" in missing) return missing;
      const { why, lasting } = missing;
      if (why !== this.why) this.options.progress?.(`cluster ${this.id.name}: ${why}`);
      this.why = why;
      this.endIfLasting(lasting, clock.now(), timings.reachMs);
    }
  }

  /** Throws an error that has been the reason for `mostMs`. */
  private endIfLasting(error: CoreError | undefined, now: number, mostMs: number): void {
    if (error === undefined) this.lasting = undefined;
    else if (this.lasting === undefined || this.lasting.summary !== error.summary)
      this.lasting = { summary: error.summary, since: now };
    else if (now - this.lasting.since >= mostMs) throw error;
  }

  private async check({ object, monitors }: Observation, signal: AbortSignal): Promise<ClusterKubeconfig | Missing> {
    const { ready } = this.look(object);
    if (!controlPlaneRuns(monitors, this.id.name)) {
      const message = ready?.status === "False" ? ready.message : "";
      if (isDeterministic(message)) throw cannotBecomeReady(this.id, message, "Correct the cluster's settings first.");
      return { why: `the control plane is not running${message === "" ? "" : `: ${message}`}` };
    }
    const found = await this.context.tenants.findKubeconfig(this.id, signal);
    if (found.kind === "absent") return { why: "the kubeconfig does not exist" };
    if (found.kind === "forbidden") {
      const why = "the kubeconfig cannot be read";
      return ready?.status === "True" ? { why, lasting: this.denied(found.error) } : { why };
    }
    const usable = await this.parse(found.text);
    if ("why" in usable || this.options.waitFor === "exists") return usable;
    const version = await this.context.tenants.version(this.id, found.text, signal);
    return version === undefined ? this.silent(usable.parts) : usable;
  }

  private async parse(text: string): Promise<ClusterKubeconfig | Missing> {
    // Loaded on first use, like the connections.
    const [{ kubeconfigParts }, { clientCertificateComplaint }] = await Promise.all([
      import("../../kube/config/kubeconfig-parts.ts"),
      import("../../kube/config/certificates.ts"),
    ]);
    try {
      const parts = kubeconfigParts(text, `The kubeconfig of cluster ${this.id.name}`);
      const { clientCertificate: certificate, clientKey: key } = parts;
      if (certificate === undefined || key === undefined) {
        if (parts.token !== undefined) return { text, parts };
        return this.unusable("it contains no client certificate and no token");
      }
      const complaint = clientCertificateComplaint({ certificate, key }, this.context.clock.now());
      return complaint === undefined ? { text, parts } : this.unusable(`its client certificate: ${complaint}`);
    } catch (error) {
      if (error instanceof KubeError) return this.unusable(withoutPeriod(error.message));
      throw error;
    }
  }

  private silent({ server }: KubeconfigParts): Missing {
    const error = this.context.tenants.lastError(this.id);
    const why = `the cluster's API at ${server} does not answer`;
    if (error?.unresolved !== true)
      return { why: error === undefined ? why : `${why}: ${withoutPeriod(error.message)}` };
    const host = URL.canParse(server) ? new URL(server).hostname : server;
    const lasting = new CoreError(
      "Unreachable",
      `The name ${host} of the API of cluster ${this.id.name} has no address.`,
      {
        summary: `The name of cluster ${this.id.name} does not resolve`,
        hint:
          `Create a DNS record for ${host}. It must point to the address of the Ingress ${releaseName(this.id.name)} in the tenant's ` +
          "namespace.",
        path,
        cause: error,
      },
    );
    return { why, lasting };
  }

  private unusable(why: string): Missing {
    const text = `The kubeconfig that the platform stores for cluster ${this.id.name} cannot be used: ${why}.`;
    const lasting = new CoreError("Unreachable", text, {
      summary: `Invalid kubeconfig of cluster ${this.id.name}`,
      hint: "Ask the platform's support to renew it.",
      path,
    });
    return { why: `the kubeconfig cannot be used: ${why}`, lasting };
  }

  private denied(error: KubeError): CoreError {
    const secret = `${releaseName(this.id.name)}-admin-kubeconfig`;
    return new CoreError(
      "Denied",
      `The login may not read the kubeconfig of cluster ${this.id.name}, the secret ${secret}: ${error.message}`,
      {
        summary: `No right to read the kubeconfig of cluster ${this.id.name}`,
        hint: "Reading it needs the tenant's role `use`, `admin` or `super-admin`. Ask the tenant's administrator for it.",
        path,
        cause: error,
      },
    );
  }
}
