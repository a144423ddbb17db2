import { isJsonObject } from "../../../base/json.ts";
import { DiagnosticError } from "../../../engine/diagnostic.ts";
import type { MoveSource } from "../../../engine/resource/definition.ts";
import { type SourceObject, sourceTypes } from "./sources.ts";

type Kind = "Kubernetes" | "KubernetesNodes";

/** The object of the platform that a `moved` block takes over. */
export interface MovedObject {
  readonly namespace: string;
  readonly name: string;
  /** The cluster of a `KubernetesNodes` object. */
  readonly cluster: string | undefined;
}

/** What becomes what. */
interface Target {
  readonly type: string;
  readonly kind: Kind;
}

const group = "apps.cozystack.io";

/**
 * Returns the object that a resource of another provider manages, for the `moved` block of a resource of this kind. Throws
 * DiagnosticError for a source that is not supported, and for a state without the object's name.
 */
export function movedObject(source: MoveSource, target: Target): MovedObject {
  const object = sourceObject(source, target);
  const { apiVersion, kind, namespace, name, cluster } = object;
  // Terraform does not say which block an error is about, so the text names the object.
  const known = [namespace, name].filter((part) => part !== undefined).join("/");
  const described = `${kind}${known === "" ? "" : ` ${known}`}`;
  if (kind === undefined) throw refused(target, `The state of a \`${source.type}\` tells no kind of object.`);
  if (kind !== target.kind || apiVersion?.split("/")[0] !== group) {
    const of = apiVersion ?? "no API group";
    throw refused(target, `A \`${source.type}\` holds ${described} of ${of}, not a ${target.kind} of ${group}.`);
  }
  const missing = Object.entries({ name, namespace }).find(([, value]) => value === undefined)?.[0];
  if (name === undefined || namespace === undefined) {
    throw refused(target, `The state of a \`${source.type}\` does not tell the ${missing} of its ${described}.`);
  }
  return { namespace, name, cluster };
}

/** Returns the name of the node group of a `KubernetesNodes` object and its cluster. Throws DiagnosticError. */
export function movedGroup(source: MoveSource, target: Target): { namespace: string; cluster: string; name: string } {
  const { namespace, name, cluster } = movedObject(source, target);
  if (cluster === undefined) {
    throw refused(
      target,
      `The state of a \`${source.type}\` does not tell the cluster of its KubernetesNodes ${namespace}/${name}.`,
    );
  }
  if (!name.startsWith(`${cluster}-`) || name.length === cluster.length + 1) {
    throw refused(
      target,
      `The KubernetesNodes ${namespace}/${name} of cluster ${cluster} is not named \`${cluster}-<group>\`.`,
    );
  }
  return { namespace, cluster, name: name.slice(cluster.length + 1) };
}

function sourceObject({ type, providerAddress, state }: MoveSource, target: Target): SourceObject {
  const from = supported(target).find(([name]) => name === type)?.[1];
  if (from === undefined) throw refused(target, `A \`${type}\` cannot become a \`${target.type}\`.`);
  if (!from.providers.includes(providerAddress.split("/").slice(-2).join("/"))) {
    throw refused(
      target,
      `A \`${type}\` of the state is a resource of ${providerAddress}, whose state this provider does not know.`,
    );
  }
  return from.read(isJsonObject(state) ? state : {});
}

const supported = ({ kind }: Target) =>
  Object.entries(sourceTypes).filter(([, from]) => from.kind === undefined || from.kind === kind);

function refused(target: Target, reason: string): DiagnosticError {
  const sources = supported(target).map(([type, { providers }]) => `  - \`${type}\` of ${providers.join(" or ")}\n`);
  return new DiagnosticError(
    "Unsupported resource move",
    `${reason}\n\nA \`moved\` block to a \`${target.type}\` is supported from a ${target.kind} of ${group} in\n${sources.join("")}\n` +
      withoutMove,
  );
}

const withoutMove =
  "To take the object over without a `moved` block, remove the old resource from the state (`terraform state rm <address>`) and import the " +
  "object (`terraform import <address> <id>`).";
