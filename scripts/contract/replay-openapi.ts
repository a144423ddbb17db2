import { createOpenApi } from "../../src/sandbox/api/openapi/openapi.ts";
import { loadProfile } from "../../src/sandbox/platform/profile.ts";
import { differences } from "./differences.ts";
import { type Exception, openApiExceptions } from "./exceptions.ts";
import type { Recording } from "./recording.ts";
import { finding, type Part } from "./report.ts";

const path = "/openapi/v3/apis/apps.cozystack.io/v1alpha1";

/** Compares the sandbox's OpenAPI document of the applications with the recorded one, schema by schema and path by path. */
export function compareOpenApi({ version, openApi }: Recording, used: (exception: Exception) => void): Part {
  const ours = createOpenApi(loadProfile(version)).document(path);
  const found = differences(ours, openApi, openApiExceptions, used);
  return {
    version,
    what: "OpenAPI document",
    steps: 1,
    findings: found.length > 0 ? [finding(`GET ${path}`, found)] : [],
  };
}
