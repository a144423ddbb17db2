/**
 * `node scripts/generate/kubernetes-schema.ts` writes `schemas/kubernetes/definitions.json` from the OpenAPI documents of a Kubernetes
 * release, which it takes from the Go module `k8s.io/kubernetes`. It needs Go and the network, so `npm run generate` does not run it.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Json, JsonObject } from "../../src/base/json.ts";

/** Version of the Go module, and the digest of the documents below, one after another. */
const release = "v1.35.2";
const digest = "9da1e55210d1807c8f81a23076759aec642a881aa219a924946299cf1bbbe067";

/** The documents below `api/openapi-spec/v3` that are read. */
const documents = [
  "api__v1",
  "apis__apiextensions.k8s.io__v1",
  "apis__apps__v1",
  "apis__authentication.k8s.io__v1",
  "apis__authorization.k8s.io__v1",
  "apis__autoscaling__v1",
  "apis__autoscaling__v2",
  "apis__batch__v1",
  "apis__coordination.k8s.io__v1",
  "apis__discovery.k8s.io__v1",
  "apis__networking.k8s.io__v1",
  "apis__policy__v1",
  "apis__rbac.authorization.k8s.io__v1",
  "apis__storage.k8s.io__v1",
].map((name) => `${name}_openapi.json`);

const api = "io.k8s.api.";
const meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

/** What the sandbox serves; everything that these refer to is taken, too. */
const served = [
  ..."ConfigMap Endpoints Event Namespace Node PersistentVolume PersistentVolumeClaim Pod Secret Service ServiceAccount"
    .split(" ")
    .map((kind) => `${api}core.v1.${kind}`),
  ..."DaemonSet Deployment ReplicaSet StatefulSet".split(" ").map((kind) => `${api}apps.v1.${kind}`),
  ..."ClusterRole ClusterRoleBinding Role RoleBinding".split(" ").map((kind) => `${api}rbac.v1.${kind}`),
  ..."Ingress IngressClass NetworkPolicy".split(" ").map((kind) => `${api}networking.v1.${kind}`),
  `${api}authentication.v1.SelfSubjectReview`,
  `${api}authorization.v1.SelfSubjectAccessReview`,
  `${api}authorization.v1.SelfSubjectRulesReview`,
  `${api}autoscaling.v1.Scale`,
  `${api}autoscaling.v2.HorizontalPodAutoscaler`,
  `${api}batch.v1.CronJob`,
  `${api}batch.v1.Job`,
  `${api}coordination.v1.Lease`,
  `${api}discovery.v1.EndpointSlice`,
  `${api}policy.v1.Eviction`,
  `${api}policy.v1.PodDisruptionBudget`,
  `${api}storage.v1.StorageClass`,
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition",
  `${meta}DeleteOptions`,
  `${meta}Status`,
];

const prefix = "#/components/schemas/";
const target = join(import.meta.dirname, "..", "..", "schemas", "kubernetes", "definitions.json");

function upstreamFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "kubernetes-schema-"));
  try {
    const args = ["mod", "download", "-json", `k8s.io/kubernetes@${release}`];
    const { Dir } = JSON.parse(execFileSync("go", args, { cwd: directory, encoding: "utf8" })) as {
      readonly Dir: string;
    };
    return join(Dir, "api", "openapi-spec", "v3");
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function readDefinitions(folder: string): JsonObject {
  const hash = createHash("sha256");
  const all: JsonObject = {};
  for (const name of documents) {
    const text = readFileSync(join(folder, name), "utf8");
    hash.update(text);
    const { components } = JSON.parse(text) as { readonly components: { readonly schemas: JsonObject } };
    Object.assign(all, components.schemas);
  }
  const found = hash.digest("hex");
  if (found !== digest) throw new Error(`The documents of ${release} have the digest ${found}, not ${digest}.`);
  return all;
}

/** The definitions and all that they refer to, by name. */
function reduce(all: JsonObject): JsonObject {
  const names = new Set<string>();
  const visit = (name: string): void => {
    if (names.has(name)) return;
    names.add(name);
    for (const [, other = ""] of JSON.stringify(all[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) visit(other);
  };
  served.forEach(visit);
  return Object.fromEntries([...names].sort().map((name) => [name, shorten(all[name] ?? null)]));
}

/** Descriptions become their first sentence; references lose the part that all of them share. */
function shorten(value: Json): Json {
  if (Array.isArray(value)) return value.map(shorten);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === "description" && typeof item === "string") return [key, /^.*?[.](?=\s|$)/s.exec(item)?.[0] ?? item];
      if (key === "$ref" && typeof item === "string") return [key, item.slice(prefix.length)];
      return [key, shorten(item)];
    }),
  );
}

const lines = Object.entries(reduce(readDefinitions(upstreamFolder()))).map(
  ([name, schema]) => `${JSON.stringify(name)}:${JSON.stringify(schema)}`,
);
writeFileSync(target, `{\n${lines.join(",\n")}\n}\n`);
console.log(`wrote ${target}: ${lines.length} definitions`);
