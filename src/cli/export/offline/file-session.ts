import { readFile } from "node:fs/promises";
import type { JsonObject } from "../../../base/json.ts";
import { stringAt } from "../../../base/json-pointer.ts";
import { noLog } from "../../../base/log.ts";
import { createHikube } from "../../../core/hikube.ts";
import { bundledPlatform } from "../../../core/platform/platform.ts";
import { type BundledVersion, bundledProfile } from "../../../core/platform/profile.ts";
import { DiagnosticError } from "../../../engine/diagnostic.ts";
import type { Session } from "../../../hikube/shared/session.ts";
import { sessionOf } from "../../../provider.ts";
import type { CommandIo } from "../../command-io.ts";
import { codeOf } from "../../files.ts";
import type { Gap } from "../collect.ts";
import { withDefaultGroups } from "./default-groups.ts";
import { fileClient } from "./file-client.ts";
import { otherRelease, platformOf } from "./file-platform.ts";
import { type FileObjects, inNamespace, nameOf, namespaceOf, readObjects } from "./object-file.ts";

/** A session over the objects of a file, and what the file tells beside them. */
export interface FileSession {
  readonly session: Session;
  /** The namespaces with clusters. */
  readonly namespaces: readonly string[];
  /** The platform whose defaults are taken, and the other one that the objects name, if any. */
  readonly platform: BundledVersion;
  readonly otherRelease: string | undefined;
  /** Node groups of clusters that the file does not have. */
  readonly orphans: readonly Gap[];
  /** Clusters whose default node group is assumed to run. */
  readonly assumed: readonly string[];
}

interface FileOptions {
  /** `-` is the input. */
  readonly file: string;
  readonly platform: BundledVersion | undefined;
  /** Only this namespace; also that of objects without one. */
  readonly namespace: string | undefined;
}

/** Reads the objects of a file in place of a platform. No request is sent. Throws DiagnosticError, UsageError. */
export async function openFileSession(options: FileOptions, io: CommandIo): Promise<FileSession> {
  const { file, platform, namespace: wanted } = options;
  const source = file === "-" ? "the input" : file;
  const read = readObjects(file === "-" ? await io.input() : await textOf(file), source);
  const placed = (all: readonly JsonObject[]) => all.map((object) => inNamespace(object, wanted));
  const named: FileObjects = {
    Kubernetes: placed(read.Kubernetes),
    KubernetesNodes: placed(read.KubernetesNodes),
    WorkloadMonitor: placed(read.WorkloadMonitor),
  };
  const version = platform ?? platformOf(named);
  const { objects, assumed } = withDefaultGroups(named, bundledPlatform(version));
  const client = fileClient(objects, bundledProfile(version));
  const found = [...new Set(objects.Kubernetes.map(namespaceOf))].sort();
  const namespace = wanted ?? found[0] ?? "";
  const { clock } = io;
  const hikube = createHikube({
    client,
    namespace,
    clock,
    log: noLog,
    timings: { lookMs: Number.POSITIVE_INFINITY },
    connectTenant: async () => client,
  });
  const defaults = { labels: {}, annotations: {} };
  return {
    session: sessionOf({ hikube, connection: client, namespace, defaults, clock, log: noLog }),
    platform: version,
    orphans: orphansIn(named),
    otherRelease: otherRelease(named, version),
    namespaces: wanted === undefined ? found : [wanted],
    assumed: assumed.filter((key) => wanted === undefined || key.startsWith(`${wanted}/`)),
  };
}

const orphansIn = ({ Kubernetes: clusters, KubernetesNodes: pools }: FileObjects): Gap[] => {
  const keys = new Set(clusters.map((cluster) => `${namespaceOf(cluster)}/${nameOf(cluster)}`));
  return pools.flatMap((pool) => {
    const key = `${namespaceOf(pool)}/${stringAt(pool, ["spec", "cluster"]) ?? ""}`;
    const diagnostic = { summary: "Object left out", detail: `The file does not have its cluster ${key}.` };
    return keys.has(key) ? [] : [{ object: `KubernetesNodes ${namespaceOf(pool)}/${nameOf(pool)}`, diagnostic }];
  });
};

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new DiagnosticError("The objects cannot be read", `${file} cannot be read (${codeOf(error)}).`);
  }
}
