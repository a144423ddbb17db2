import { isJsonObject, type Json, type JsonObject } from "../../src/base/json.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { KubeObject } from "../../src/sandbox/store/kube-object.ts";
import type { ScriptStep } from "./recording.ts";

const object = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {});

/**
 * Does before a step of the script what controllers with rights of their own did before it when it was recorded: the script holds a
 * tenant's requests only and shows the controllers' work by what a tenant read next. The API server is what is compared, so their
 * work is taken from that reading.
 */
export function actAsControllers(sandbox: Sandbox, step: ScriptStep, script: readonly ScriptStep[]): void {
  switch (step.title) {
    case "progressing":
    case "failed":
    case "ready": {
      const { conditions } = object(object(step.response.body)["status"]);
      const status = Array.isArray(conditions) ? { conditions: conditions as never } : {};
      sandbox.control("Kubernetes", nameIn(step.request.path), { status });
      return;
    }
    case "delete with a finalizer":
      sandbox.control("Kubernetes", nameIn(step.request.path), { finalizers: ["finalizers.fluxcd.io"] });
      return;
    case "tenantsecrets with a kubeconfig": {
      const secret = object(script.find(({ title }) => title === "the secret itself")?.response.body);
      const { uid, resourceVersion, creationTimestamp, ...metadata } = object(secret["metadata"]);
      sandbox.put("secrets", { ...secret, metadata } as KubeObject);
    }
  }
}

/** The application that a request is about: by its path, or by its body where it is a POST. */
export function nameIn(path: string, body?: Json): string {
  const named = /\/kuberneteses\/([^/?]+)/.exec(path)?.[1];
  const submitted = object(object(body)["metadata"])["name"];
  return named ?? (typeof submitted === "string" ? submitted : "");
}
