import type { JsonObject } from "../../../base/json.ts";
import type { AddonState, ClusterState } from "../../store/cluster-state.ts";
import { type KubeObject, timestamp } from "../../store/kube-object.ts";
import { computedMetadata } from "./tenant-metadata.ts";

/** A CustomResourceDefinition in one line: `<plural>.<group> <Kind> <versions, storage first>`, with `*` for a cluster-wide one. */
const certManager = [
  "certificaterequests.cert-manager.io CertificateRequest v1",
  "certificates.cert-manager.io Certificate v1",
  "challenges.acme.cert-manager.io Challenge v1",
  "clusterissuers.cert-manager.io ClusterIssuer v1 *",
  "issuers.cert-manager.io Issuer v1",
  "orders.acme.cert-manager.io Order v1",
];

const flux = [
  "alerts.notification.toolkit.fluxcd.io Alert v1beta3",
  "buckets.source.toolkit.fluxcd.io Bucket v1",
  "gitrepositories.source.toolkit.fluxcd.io GitRepository v1",
  "helmcharts.source.toolkit.fluxcd.io HelmChart v1",
  "helmreleases.helm.toolkit.fluxcd.io HelmRelease v2",
  "helmrepositories.source.toolkit.fluxcd.io HelmRepository v1",
  "kustomizations.kustomize.toolkit.fluxcd.io Kustomization v1",
  "ocirepositories.source.toolkit.fluxcd.io OCIRepository v1",
  "providers.notification.toolkit.fluxcd.io Provider v1beta3",
  "receivers.notification.toolkit.fluxcd.io Receiver v1",
];

const gateway = [
  "gatewayclasses.gateway.networking.k8s.io GatewayClass v1 *",
  "gateways.gateway.networking.k8s.io Gateway v1",
  "grpcroutes.gateway.networking.k8s.io GRPCRoute v1",
  "httproutes.gateway.networking.k8s.io HTTPRoute v1",
  "referencegrants.gateway.networking.k8s.io ReferenceGrant v1beta1",
];

/** The Helm release that brings them → its definitions. */
const definitions: Readonly<Record<string, readonly string[]>> = {
  "cert-manager-crds": certManager,
  fluxcd: flux,
  "gateway-api-crds": gateway,
};

/** The CustomResourceDefinitions of the add-ons that are deployed, with schemas that accept every spec. */
export function addonDefinitions(cluster: ClusterState, deployed: readonly [string, AddonState][]): KubeObject[] {
  return deployed.flatMap(([release, addon]) =>
    (definitions[release] ?? []).map((line) => definition(cluster, line, addon.deployedAt ?? cluster.readyAt)),
  );
}

const open: JsonObject = {
  type: "object",
  properties: {
    spec: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
  },
};

const columns = [
  { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
  { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" },
];

function definition(cluster: ClusterState, line: string, createdAt: number): KubeObject {
  const [name = "", kind = "", version = "", wide] = line.split(" ");
  const plural = name.slice(0, name.indexOf("."));
  const singular = kind.toLowerCase();
  const names = { plural, singular, kind, listKind: `${kind}List` };
  const since = timestamp(createdAt);
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: "True",
    reason,
    message,
    lastTransitionTime: since,
  });
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      ...computedMetadata(name, undefined, `${cluster.name}/crd`, createdAt, {
        "app.kubernetes.io/managed-by": "Helm",
      }),
      generation: 1,
    },
    spec: {
      conversion: { strategy: "None" },
      group: name.slice(plural.length + 1),
      names,
      scope: wide === "*" ? "Cluster" : "Namespaced",
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: open },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
    status: {
      acceptedNames: names,
      conditions: [
        condition("NamesAccepted", "NoConflicts", "no conflicts found"),
        condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
      ],
      storedVersions: [version],
    },
  };
}
