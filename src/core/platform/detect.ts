import type { Clock } from "../../base/clock.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { valueAt } from "../../base/json-pointer.ts";
import type { Log } from "../../base/log.ts";
import { SharedAnswer } from "../../base/shared-answer.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { CoreError, type CoreErrorCode } from "../core-error.ts";
import { bundledPlatform, type Platform, platformFrom } from "./platform.ts";
import { propertiesOf } from "./schema-defaults.ts";

/** Path of the platform's API description. */
export const documentPath = "/openapi/v3/apis/apps.cozystack.io/v1alpha1";

/** Returns the schema of a kind's spec in an OpenAPI v3 document, with references resolved. */
function specSchema(document: Json, kind: string): JsonObject | undefined {
  const schemas = valueAt(document, ["components", "schemas"]);
  if (!isJsonObject(schemas)) return undefined;
  const name = Object.keys(schemas).find((key) => key === kind || key.endsWith(`.${kind}`));
  const spec = name === undefined ? undefined : valueAt(schemas[name], ["properties", "spec"]);
  return isJsonObject(spec) ? spec : undefined;
}

/** A platform and, if it is only assumed, the reason. */
interface Detection {
  readonly platform: Platform;
  /** Unreachable or Denied; undefined if the platform was detected. */
  readonly assumed: CoreError | undefined;
}

/** Delays between reads of an OpenAPI document that is not served: a restarting API server serves it with a delay. Clock ms. */
const looksApartMs = [200, 400, 800];

/**
 * Reads the platform from the live OpenAPI document. If the document is unavailable, the bundled profile of 1.1.2 is used for reads and
 * plans; writes require detection. Throws CoreError if credentials are rejected, if no server responds, or on abort.
 */
export async function detectPlatform(
  client: KubeClient,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
  signal?: AbortSignal,
): Promise<Detection> {
  for (let look = 0; ; look++) {
    const found = await describe(client, signal);
    if ("clusterSpec" in found) {
      const platform = platformFrom("live", found.clusterSpec, found.poolSpec);
      log("debug", "platform detected", { profile: platform.profile.platform, versions: platform.versions.join(" ") });
      return { platform, assumed: undefined };
    }
    const wait = looksApartMs[look];
    if (found.error.code === "Denied" || wait === undefined) {
      log("warn", "the platform's API description cannot be read; assuming platform 1.1.2", { code: found.error.code });
      return { platform: bundledPlatform(), assumed: found.error };
    }
    await clock.sleep(wait, signal);
  }
}

/** Reads the OpenAPI document once: returns its schemas, or the reason why they are unavailable. */
async function describe(
  client: KubeClient,
  signal: AbortSignal | undefined,
): Promise<{ clusterSpec: JsonObject; poolSpec: JsonObject | undefined } | { error: CoreError }> {
  const unread = (code: CoreErrorCode, why: string, cause?: unknown) => ({
    error: new CoreError(code, `The platform's API description, which defines its settings, cannot be read: ${why}`, {
      hint: `Nothing is written without it. Check that ${documentPath} is served to this user, and apply again.`,
      cause,
    }),
  });
  try {
    const document = await client.request({ method: "GET", path: documentPath, ...(signal ? { signal } : {}) });
    const clusterSpec = specSchema(document, "Kubernetes");
    if (clusterSpec === undefined || propertiesOf(clusterSpec).length === 0)
      return unread("Unreachable", "it does not describe clusters.");
    return { clusterSpec, poolSpec: specSchema(document, "KubernetesNodes") };
  } catch (error) {
    if (error instanceof KubeError && error.code === "Forbidden") return unread("Denied", error.message, error);
    if (error instanceof KubeError && ["NotFound", "Malformed"].includes(error.code))
      return unread("Unreachable", error.message, error);
    throw CoreError.from(error, "reading the platform's API description", signal);
  }
}

/** The platform of a connection, detected on first use. */
interface PlatformSource {
  /** Sufficient for reads and plans: assumed if detection fails. Throws CoreError. */
  platformForRead(signal: AbortSignal): Promise<Platform>;
  /** Detected, never assumed; required for writes. Throws CoreError Unreachable, Denied, Stopped. */
  platformForWrite(signal: AbortSignal): Promise<Platform>;
}

/** Detects the platform once. A failure is not kept; an assumed platform is detected again before a write. */
export function createPlatformSource(client: KubeClient, log: Log, clock: Clock): PlatformSource {
  const shared = new SharedAnswer(() => detectPlatform(client, { log, clock }));
  const detection = async (signal: AbortSignal): Promise<Detection> => {
    try {
      return await shared.get(signal);
    } catch (error) {
      throw CoreError.from(error, "reading the platform's API description", signal);
    }
  };
  return {
    platformForRead: async (signal) => (await detection(signal)).platform,
    platformForWrite: async (signal) => {
      const known = shared.current;
      let found = await detection(signal);
      if (found.assumed !== undefined && known !== undefined) {
        shared.forget(known);
        found = await detection(signal);
      }
      if (found.assumed !== undefined) throw found.assumed;
      return found.platform;
    },
  };
}
