import { stringAt, valueAt } from "../../base/json-pointer.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** A right that the provider uses. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly namespaced: boolean;
  /** Without it the provider cannot work. */
  readonly required: boolean;
  /** What is missing without it, after "Without it, ". */
  readonly loss: string;
}

const write = ["create", "patch", "delete"];

const rights = (
  group: string,
  resource: string,
  verbs: readonly string[],
  loss: string,
  more: Partial<Pick<Right, "required" | "namespaced">> = {},
): Right[] => verbs.map((verb) => ({ group, resource, verb, loss, namespaced: true, required: false, ...more }));

/** Returns the rights for the requests that the library sends (platform.md §2.2). @param pools whether node groups are objects of their own. */
export const rightsFor = (platform: {
  readonly nodeGroupsInSpec: boolean;
  readonly servesPools: boolean;
  readonly servesOptions: boolean;
}): Right[] => {
  const required = { required: true };
  const pools = { required: !platform.nodeGroupsInSpec };
  const catalogue = { namespaced: false };
  return [
    ...rights("apps.cozystack.io", "kuberneteses", ["get", "list"], "no cluster can be read", required),
    ...rights(
      "apps.cozystack.io",
      "kuberneteses",
      write,
      "clusters, node groups and add-ons cannot be changed",
      required,
    ),
    ...(platform.servesPools
      ? [
          ...rights(
            "apps.cozystack.io",
            "kubernetesnodeses",
            ["get", "list"],
            "node groups of their own are not seen",
            pools,
          ),
          ...rights(
            "apps.cozystack.io",
            "kubernetesnodeses",
            write,
            "node groups of their own cannot be changed",
            pools,
          ),
        ]
      : []),
    ...rights(
      "cozystack.io",
      "workloadmonitors",
      ["list"],
      "nothing tells whether control planes and nodes run",
      required,
    ),
    ...rights(
      "core.cozystack.io",
      "tenantsecrets",
      ["get"],
      "kubeconfigs and the state inside clusters cannot be read",
      required,
    ),
    ...rights("", "events", ["list"], "no text says why a cluster is not ready"),
    ...rights("", "resourcequotas", ["list"], "a quota that is used up is not seen before the apply"),
    ...rights("networking.k8s.io", "ingresses", ["list"], "`api_address` and `addresses` stay empty"),
    ...rights("", "services", ["list"], "`addresses` of load balancers stay empty"),
    ...(platform.servesOptions
      ? rights("core.cozystack.io", "options", ["get"], "GPUs, instance types and storage classes are not checked")
      : []),
    ...rights(
      "instancetype.kubevirt.io",
      "virtualmachineclusterinstancetypes",
      ["list"],
      "instance types are not checked",
      catalogue,
    ),
  ];
};

/** Asks the platform for one right. Throws KubeError. */
export async function isGranted(
  client: KubeClient,
  right: Right,
  namespace: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { group, resource, verb, namespaced } = right;
  const attributes = { group, resource, verb, ...(namespaced ? { namespace } : {}) };
  const answer = await client.request({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: attributes },
    },
    signal,
  });
  return (
    valueAt(answer, ["status", "allowed"]) === true && stringAt(answer, ["status", "evaluationError"]) === undefined
  );
}

/** Returns the finding about the rights that are missing of those that were asked for. */
export function rightsFinding(asked: readonly Right[], missing: readonly Right[], namespace: string): Finding {
  if (missing.length === 0) return ok("rights", `all ${asked.length} that the provider uses in ${namespace}`);
  const details = grouped(missing).map(
    ({ verbs, right }) => `${verbs.join(", ")} ${nameOf(right)}. Without it, ${right.loss}.`,
  );
  const text = `${missing.length} of ${asked.length} that the provider uses in ${namespace} ${missing.length === 1 ? "is" : "are"} missing`;
  const advice = `Check that ${namespace} is the tenant's namespace, and ask for the role "admin" of the tenant.`;
  return missing.some(({ required }) => required)
    ? problem("rights", text, { details, advice })
    : warning("rights", text, { details });
}

const nameOf = ({ group, resource }: Right): string => (group === "" ? resource : `${resource}.${group}`);

/** Rights with the same loss, each resource on one line. */
function grouped(missing: readonly Right[]): { readonly verbs: string[]; readonly right: Right }[] {
  const lines = new Map<string, { readonly verbs: string[]; readonly right: Right }>();
  for (const right of missing) {
    const key = `${nameOf(right)} ${right.loss}`;
    const line = lines.get(key) ?? { verbs: [], right };
    line.verbs.push(right.verb);
    lines.set(key, line);
  }
  return [...lines.values()];
}
