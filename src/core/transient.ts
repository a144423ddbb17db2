import { isTransientCode, KubeError } from "../kube/kube-error.ts";
import { CoreError } from "./core-error.ts";

/** Whether trying again later may help. */
export function isTransient(error: unknown): boolean {
  if (error instanceof KubeError) return isTransientCode(error.code) || error.ambiguous;
  if (!(error instanceof CoreError) || error.code !== "Unreachable") return false;
  // An API that is not there may come back; a certificate that is not trusted stays so.
  return !(error.cause instanceof KubeError) || error.cause.code !== "Tls";
}
