import { KubeError } from "../kube/kube-error.ts";
import { CoreError } from "./core-error.ts";

/** Whether trying again later may help. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof KubeError)) return error instanceof CoreError && error.code === "Unreachable";
  return ["Unavailable", "Timeout", "Network", "TooManyRequests", "Malformed"].includes(error.code) || error.ambiguous;
}
