import { accepted, at, describe, equality, refusal } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";

/** The rights of a tenant (platform.md §2.2, §7). */

const get = (tenant: Tenant, path: string) => tenant.call({ method: "GET", path });
const forbidden = (id: string, sentence: string, path: (tenant: Tenant) => string, provider: string): Statement => ({
  id,
  sentence,
  profiles: allProfiles,
  section: "2.2",
  run: async (tenant) => verdict(refusal(await get(tenant, path(tenant)), 403, /is forbidden: User /)),
  provider,
});
const readable = (id: string, sentence: string, path: (tenant: Tenant) => string, provider: string): Statement => ({
  id,
  sentence,
  profiles: allProfiles,
  section: "2.2",
  run: async (tenant) => {
    const answer = await get(tenant, path(tenant));
    return verdict(answer.ok && Array.isArray(answer.body["items"]) ? undefined : describe(answer));
  },
  provider,
});

const otherNamespace = forbidden(
  "another-namespace",
  "clusters of another namespace are forbidden: 403",
  ({ prefix }) => `/apis/apps.cozystack.io/v1alpha1/namespaces/tenant-${prefix}/kuberneteses`,
  "reports it, and advises to check the namespace and the role in it",
);

const clusterWide = forbidden(
  "cluster-wide-list",
  "a list of clusters across namespaces is forbidden: 403",
  () => "/apis/apps.cozystack.io/v1alpha1/kuberneteses",
  "never lists across namespaces",
);

const definitions = forbidden(
  "custom-resource-definitions",
  "a list of CustomResourceDefinitions is forbidden: 403",
  () => "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  "reads schemas from the OpenAPI document, so that a tenant's rights are sufficient",
);

const secrets = forbidden(
  "secrets-list",
  "a list of the namespace's secrets is forbidden: 403",
  ({ namespace }) => `/api/v1/namespaces/${namespace}/secrets`,
  "reads one secret by its name, and only where tenantsecrets do not contain it",
);

const helmReleases = forbidden(
  "helm-releases",
  "HelmReleases are forbidden: 403",
  ({ namespace }) => `/apis/helm.toolkit.fluxcd.io/v2/namespaces/${namespace}/helmreleases`,
  "uses the status of the application and the monitors",
);

const machines = forbidden(
  "machines",
  "the cluster API's MachineDeployments are forbidden: 403",
  ({ namespace }) => `/apis/cluster.x-k8s.io/v1beta1/namespaces/${namespace}/machinedeployments`,
  "counts nodes by the monitors and the API of the cluster",
);

const outsideTenancy: Statement = {
  id: "outside-the-tenancy",
  sentence: "namespaces, nodes and the namespace's config maps are forbidden: 403",
  profiles: allProfiles,
  section: "2.2",
  run: async (tenant) => {
    const paths = ["/api/v1/namespaces", "/api/v1/nodes", `/api/v1/namespaces/${tenant.namespace}/configmaps`];
    const answers = await Promise.all(paths.map((path) => get(tenant, path)));
    return verdict(...answers.map((answer) => refusal(answer, 403, /is forbidden: User /)));
  },
  provider: "takes the namespace from its settings, and the nodes from the API of the cluster",
};

const wrongToken: Statement = {
  id: "wrong-token",
  sentence: "a wrong token is answered 401 Unauthorized",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) =>
    verdict(
      refusal(await tenant.callAs("wrongToken", { method: "GET", path: tenant.clusters }), 401, /^Unauthorized$/),
    ),
  provider: "asks the credential plugin for a new token once, then reports which credentials were refused",
};

const noToken: Statement = {
  id: "no-token",
  sentence: "a request without credentials is not served: 401, or 403 as system:anonymous",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const answer = await tenant.callAs("anonymous", { method: "GET", path: tenant.clusters });
    return verdict(refusal(answer, 403, /system:anonymous/) && refusal(answer, 401));
  },
  provider: "reports that the credentials are missing",
};

const review: Statement = {
  id: "access-review",
  sentence: "a tenant may ask what it may do, and may create clusters",
  profiles: allProfiles,
  section: "2.2",
  run: async (tenant) => {
    const answer = await tenant.call({
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      body: {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: {
          resourceAttributes: {
            group: "apps.cozystack.io",
            resource: "kuberneteses",
            verb: "create",
            namespace: tenant.namespace,
          },
        },
      },
    });
    return verdict(equality("status.allowed", at(accepted(answer, "the access review"), "status", "allowed"), true));
  },
  provider: "does not ask before it writes: the refusal itself is more specific",
};

const tenantSecrets = readable(
  "tenantsecrets",
  "tenantsecrets may be listed",
  // A selector that matches nothing: the secrets of others are not read.
  ({ namespace, prefix }) =>
    `/apis/core.cozystack.io/v1alpha1/namespaces/${namespace}/tenantsecrets?labelSelector=conformance.example%2Fnone%3D${prefix}`,
  "reads a cluster's admin kubeconfig from them",
);

const tenantModules = readable(
  "tenantmodules",
  "tenantmodules may be listed",
  ({ namespace }) => `/apis/core.cozystack.io/v1alpha1/namespaces/${namespace}/tenantmodules`,
  "does without them",
);

const monitors = readable(
  "workloadmonitors",
  "the monitors of control planes and groups may be listed",
  (tenant) => tenant.monitors,
  "waits for them before it reports a cluster or a group as ready",
);

const events = readable(
  "events",
  "events of the namespace may be listed",
  ({ namespace }) => `/api/v1/namespaces/${namespace}/events`,
  "quotes warnings of the cluster when it does not become ready in time",
);

const quotas = readable(
  "resource-quotas",
  "the tenant's quotas may be listed",
  ({ namespace }) => `/api/v1/namespaces/${namespace}/resourcequotas`,
  "names the exhausted quota when machines are not created",
);

const earlyKubeconfig: Statement = {
  id: "kubeconfig-before-install",
  sentence: "the kubeconfig of a cluster that was never installed is answered 403 or 404",
  profiles: allProfiles,
  section: "2.1",
  run: async (tenant) => {
    const name = await tenant.createInert("early");
    const secret = `kubernetes-${name}-admin-kubeconfig`;
    const direct = await get(tenant, `/api/v1/namespaces/${tenant.namespace}/secrets/${secret}`);
    const core = `/apis/core.cozystack.io/v1alpha1/namespaces/${tenant.namespace}`;
    return verdict(
      refusal(direct, 403) && refusal(direct, 404),
      refusal(await get(tenant, `${core}/tenantsecrets/${secret}`), 404),
    );
  },
  provider: "treats both as not yet installed",
};

export const accessStatements = [
  otherNamespace,
  clusterWide,
  definitions,
  secrets,
  helmReleases,
  machines,
  outsideTenancy,
  wrongToken,
  noToken,
  review,
  tenantSecrets,
  tenantModules,
  monitors,
  events,
  quotas,
  earlyKubeconfig,
];
