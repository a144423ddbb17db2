import type { Json } from "../../src/base/json.ts";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import { actAsControllers, nameIn } from "./controllers.ts";
import { createCorrespondence } from "./correspondence.ts";
import { differences } from "./differences.ts";
import { answerExceptions, type Exception } from "./exceptions.ts";
import { type RawClient, rawClient } from "./raw-client.ts";
import type { Recording, ScriptStep } from "./recording.ts";
import { finding, type Part } from "./report.ts";

/**
 * Sends every request of `script.jsonl` to an API server of the sandbox without controllers, as where it was recorded, and compares
 * status, content type, body, and what is stored afterwards.
 */
export async function replayScript(
  { version, script }: Recording,
  used: (exception: Exception) => void,
): Promise<Part> {
  const sandbox = await startSandbox({ profile: version, namespace: namespaceOf(script), controllers: "none" });
  const client = rawClient(sandbox);
  const correspondence = createCorrespondence();
  const findings: string[] = [];
  let stored = 0;
  try {
    for (const [index, step] of script.entries()) {
      actAsControllers(sandbox, step, script);
      const { request, response } = step;
      const answer = await send(client, step, sandbox.token, correspondence.request);
      correspondence.learn(answer.body, response.body);
      const theirs = correspondence.translate(response.body);
      const head = { status: answer.status, "content-type": answer.contentType ?? null };
      const theirHead = { status: response.status, "content-type": response.headers["content-type"] ?? null };
      const found = [
        ...differences(head, theirHead, [], used),
        ...differences(answer.body, theirs, answerExceptions, used),
      ];
      if (step.stored !== undefined) {
        const lies: unknown = sandbox.stored("Kubernetes", nameIn(request.path, request.body)) ?? null;
        found.push(
          ...differences(lies as Json, correspondence.translate(step.stored), answerExceptions, used, "/stored"),
        );
        stored += 1;
      }
      if (found.length > 0)
        findings.push(finding(`step ${index + 1}, ${step.title}: ${request.method} ${request.path}`, found));
    }
  } finally {
    client.close();
    await sandbox.stop();
  }
  return { version, what: `requests (${stored} of them with the stored object)`, steps: script.length, findings };
}

async function send(client: RawClient, { title, request }: ScriptStep, token: string, prepare: (body: Json) => Json) {
  const { body } = request;
  const prepared = body === undefined || body === null ? undefined : prepare(body);
  return await client.send({
    method: request.method,
    path: request.path,
    contentType: request.contentType,
    // A recorded text was sent as such: it is the one that is no JSON.
    text: prepared === undefined || typeof prepared === "string" ? prepared : JSON.stringify(prepared),
    token: title === "no token" ? null : title === "wrong token" ? "not-a-token" : token,
  });
}

function namespaceOf(script: readonly ScriptStep[]): string {
  const create = script.find(
    ({ request, response }) =>
      request.method === "POST" && /\/kuberneteses$/.test(request.path) && response.status === 201,
  );
  const namespace = /\/namespaces\/([^/]+)\//.exec(create?.request.path ?? "")?.[1];
  if (namespace === undefined) throw new Error("script.jsonl creates nothing, so its tenant is not known.");
  return namespace;
}
