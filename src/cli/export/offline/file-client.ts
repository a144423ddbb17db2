import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { clustersPath, ingressesPath, monitorsPath, poolsPath, servicesPath } from "../../../core/ids.ts";
import { documentPath } from "../../../core/platform/detect.ts";
import type { Profile } from "../../../core/platform/profile.ts";
import { applyDefaults } from "../../../core/platform/schema-defaults.ts";
import type { KubeClient } from "../../../kube/kube-client.ts";
import { KubeError } from "../../../kube/kube-error.ts";
import { type FileObjects, nameOf, namespaceOf } from "./object-file.ts";

/** Returns a connection that answers reads with the objects of a file, as a platform of this profile would. */
export function fileClient(objects: FileObjects, profile: Profile): KubeClient {
  const { clusterSpec, poolSpec } = profile;
  const answers = new Map<string, Json>([[documentPath, apiDescription(profile)]]);
  const withDefaults = (object: JsonObject, schema: JsonObject): JsonObject => ({
    ...object,
    spec: applyDefaults(isJsonObject(object["spec"]) ? object["spec"] : {}, schema) ?? {},
  });
  for (const namespace of new Set(objects.Kubernetes.map(namespaceOf))) {
    const own = (all: readonly JsonObject[]) => all.filter((object) => namespaceOf(object) === namespace);
    const clusters = own(objects.Kubernetes).map((object) => withDefaults(object, clusterSpec));
    const pools = own(objects.KubernetesNodes).map((object) => withDefaults(object, poolSpec ?? {}));
    const lists: readonly (readonly [path: string, items: readonly JsonObject[]])[] = [
      [clustersPath(namespace), clusters],
      [poolsPath(namespace), pools],
      [monitorsPath(namespace), own(objects.WorkloadMonitor)],
    ];
    for (const [path, items] of lists) {
      answers.set(path, { items: [...items] });
      for (const item of items) answers.set(`${path}/${encodeURIComponent(nameOf(item))}`, item);
    }
    for (const path of [ingressesPath(namespace), servicesPath(namespace)]) answers.set(path, { items: [] });
  }
  return {
    server: "",
    namespace: undefined,
    request: async ({ method, path }) => {
      const answer = method === "GET" ? answers.get(path) : undefined;
      if (answer !== undefined) return answer;
      throw new KubeError("NotFound", `the file has no ${path}`, { status: 404, reason: "NotFound" });
    },
    failing: () => undefined,
    close: async () => {},
  };
}

const apiDescription = ({ clusterSpec, poolSpec }: Profile): Json => ({
  components: {
    schemas: {
      Kubernetes: { properties: { spec: clusterSpec } },
      ...(poolSpec === undefined ? {} : { KubernetesNodes: { properties: { spec: poolSpec } } }),
    },
  },
});
