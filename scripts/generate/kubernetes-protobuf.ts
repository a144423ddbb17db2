/**
 * `node scripts/generate/kubernetes-protobuf.ts` writes `schemas/kubernetes/protobuf.json`: how Kubernetes' binary encoding numbers the
 * fields of the served kinds, from the Go types of the modules `k8s.io/api` and `k8s.io/apimachinery`. It needs Go and the network.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Version of both modules, and the digest of the files below, one after another. */
const release = "v0.35.2";
const digest = "65b62110b7ffcde9ced66e9af58503e10da940345e6cc375a99e1f214a2f48ac";

/** Package → file of its types. The names are those of the OpenAPI definitions: `core.v1.Pod`. */
const api = [
  "apps/v1",
  "authentication/v1",
  "authorization/v1",
  "autoscaling/v1",
  "autoscaling/v2",
  "batch/v1",
  "coordination/v1",
  "core/v1",
  "discovery/v1",
  "networking/v1",
  "policy/v1",
  "rbac/v1",
  "storage/v1",
];

const served = [
  "apps.v1.DaemonSet apps.v1.Deployment apps.v1.ReplicaSet apps.v1.StatefulSet",
  "authentication.v1.SelfSubjectReview authorization.v1.SelfSubjectRulesReview",
  "autoscaling.v1.Scale autoscaling.v2.HorizontalPodAutoscaler batch.v1.CronJob batch.v1.Job coordination.v1.Lease",
  "core.v1.ConfigMap core.v1.Endpoints core.v1.Event core.v1.Namespace core.v1.Node core.v1.PersistentVolume",
  "core.v1.PersistentVolumeClaim core.v1.Pod core.v1.Secret core.v1.Service core.v1.ServiceAccount",
  "discovery.v1.EndpointSlice networking.v1.Ingress networking.v1.IngressClass networking.v1.NetworkPolicy",
  "policy.v1.Eviction policy.v1.PodDisruptionBudget rbac.v1.ClusterRole rbac.v1.ClusterRoleBinding rbac.v1.Role",
  "rbac.v1.RoleBinding storage.v1.StorageClass meta.v1.DeleteOptions",
].flatMap((line) => line.split(" "));

const target = join(import.meta.dirname, "..", "..", "schemas", "kubernetes", "protobuf.json");

function moduleFolder(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), "kubernetes-protobuf-"));
  try {
    const args = ["mod", "download", "-json", `${name}@${release}`];
    return (JSON.parse(execFileSync("go", args, { cwd: directory, encoding: "utf8" })) as { readonly Dir: string }).Dir;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A Go struct: its fields as `<number> <JSON name> <type>`, and named types that are no structs. */
interface Package {
  readonly structs: Map<string, string[]>;
  readonly aliases: Map<string, string>;
  readonly imports: Map<string, string>;
}

function parsePackage(text: string): Package {
  const imports = new Map(
    [...text.matchAll(/^\t(\w+)? ?"k8s\.io\/(?:apimachinery\/pkg\/(?:apis\/)?|api\/)([\w/]+)"$/gm)].map(
      ([, alias, path = ""]) => [alias ?? path.slice(path.lastIndexOf("/") + 1), path.replace(/\/(v\d+)$/, ".$1")],
    ),
  );
  const structs = new Map<string, string[]>();
  for (const [, name = "", body = ""] of text.matchAll(/^type (\w+) struct \{\n(.*?)^\}/gms)) {
    const fields = [
      ...body.matchAll(/^\t(?:(\w+)\s+)?([\w[\].*]+)\s+`json:"([^"]*)"[^`]*protobuf:"\w+,(\d+),[^"]*"/gm),
    ];
    structs.set(
      name,
      fields.map(([, , type = "", json = "", number = ""]) => {
        const isInline = json.includes(",inline");
        return `${number} ${isInline ? "" : json.split(",")[0]} ${type}`;
      }),
    );
  }
  const aliases = new Map(
    [...text.matchAll(/^type (\w+) ([\w[\].]+)$/gm)].map(([, name = "", type = ""]) => [name, type]),
  );
  return { structs, aliases, imports };
}

const scalars: Readonly<Record<string, string>> = {
  string: "s",
  bool: "b",
  int32: "i",
  int64: "i",
  int: "i",
  float64: "d",
  "[]byte": "y",
  "meta.v1.Time": "T",
  "meta.v1.MicroTime": "T",
  "meta.v1.FieldsV1": "F",
  "meta.v1.Duration": "N",
  "util/intstr.IntOrString": "I",
  "api/resource.Quantity": "Q",
  "runtime.RawExtension": "F",
  "types.UID": "s",
};

function typeCode(packages: ReadonlyMap<string, Package>, own: string, type: string): string {
  if (type.startsWith("*")) return `*${typeCode(packages, own, type.slice(1))}`;
  if (scalars[type] !== undefined) return scalars[type];
  if (type.startsWith("[]")) return `[]${typeCode(packages, own, type.slice(2))}`;
  const map = /^map\[\w+\](.*)$/.exec(type);
  if (map) return `{}${typeCode(packages, own, map[1] ?? "")}`;
  const [prefix, rest] = type.includes(".") ? type.split(".") : [undefined, type];
  const name = rest ?? "";
  const home = prefix === undefined ? own : (packages.get(own)?.imports.get(prefix) ?? prefix);
  const full = `${home}.${name}`;
  if (scalars[full] !== undefined) return scalars[full];
  const alias = packages.get(home)?.aliases.get(name);
  if (alias !== undefined) return typeCode(packages, home, alias);
  if (!packages.get(home)?.structs.has(name)) throw new Error(`${own}: the type ${type} (${full}) is not known.`);
  return full;
}

function build(packages: ReadonlyMap<string, Package>): Record<string, string[]> {
  const messages: Record<string, string[]> = {};
  const visit = (full: string): void => {
    if (full in messages) return;
    const at = full.lastIndexOf(".");
    const [home, name] = [full.slice(0, at), full.slice(at + 1)];
    const fields = (packages.get(home)?.structs.get(name) ?? []).filter((field) => !field.endsWith("metav1.TypeMeta"));
    messages[full] = fields.map((field) => {
      const [number, json, type = ""] = field.split(" ");
      const code = typeCode(packages, home, type);
      const message = /[a-z]+\.v\d\.\w+$/.exec(code)?.[0];
      if (message !== undefined) visit(message);
      return `${number} ${json} ${code}`;
    });
  };
  served.forEach(visit);
  return Object.fromEntries(Object.entries(messages).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const [apiFolder, machinery] = [moduleFolder("k8s.io/api"), moduleFolder("k8s.io/apimachinery")];
const files = [
  ...api.map((path) => [path.replace("/", "."), join(apiFolder, path, "types.go")] as const),
  ["meta.v1", join(machinery, "pkg", "apis", "meta", "v1", "types.go")] as const,
];
const hash = createHash("sha256");
const packages = new Map(
  files.map(([name, path]) => {
    const text = readFileSync(path, "utf8");
    hash.update(text);
    return [name, parsePackage(text)];
  }),
);
const found = hash.digest("hex");
if (found !== digest) throw new Error(`The types of ${release} have the digest ${found}, not ${digest}.`);
const lines = Object.entries(build(packages)).map(
  ([name, fields]) => `${JSON.stringify(name)}:${JSON.stringify(fields)}`,
);
writeFileSync(target, `{\n${lines.join(",\n")}\n}\n`);
console.log(`wrote ${target}: ${lines.length} messages`);
