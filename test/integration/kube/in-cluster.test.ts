import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { noLog } from "../../../src/base/log.ts";
import { resolveConnection } from "../../../src/kube/config/kubeconfig.ts";
import { connect } from "../../../src/kube/http/connect.ts";
import type { Connection } from "../../../src/kube/http/connection.ts";
import type { KubeClient } from "../../../src/kube/kube-client.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";

let sandbox: Sandbox;
let folder: string;
let client: KubeClient | undefined;
beforeEach(async () => {
  sandbox = await startSandbox({ profile: "1.1.2" });
  folder = mkdtempSync(join(tmpdir(), "pod-"));
});
afterEach(async () => {
  await client?.close();
  client = undefined;
  rmSync(folder, { recursive: true });
  await sandbox.stop();
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const list = async (): Promise<unknown> => {
  const path = `/apis/apps.cozystack.io/v1alpha1/namespaces/${sandbox.namespace}/kuberneteses`;
  return await client?.request({ method: "GET", path });
};
const open = (connection: Connection) => {
  client = connect({ ...connection, maxRetries: 0 }, { clock: systemClock, log: noLog, random: Math.random });
};

/** Replaces the token as the kubelet does, while the connection is open. */
async function expectRotation(): Promise<void> {
  expect(await list()).toMatchObject({ kind: "KubernetesList" });
  sandbox.revokeToken(sandbox.token);
  await expect(list()).rejects.toThrow(/401|Unauthorized/);
  write("token", sandbox.issueToken());
  expect(await list()).toMatchObject({ kind: "KubernetesList" });
}

test("a pod logs in with its service account, also after the token was replaced", async () => {
  write("token", sandbox.token);
  write("ca.crt", sandbox.caCertificate);
  write("namespace", sandbox.namespace);
  const { hostname, port } = new URL(sandbox.url);
  const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  const connection = await resolveConnection({}, env, Date.now(), folder);
  expect(connection).toMatchObject({ server: sandbox.url, namespace: sandbox.namespace });
  open(connection);
  await expectRotation();
});

test("a token file is read again for each request", async () => {
  write("token", sandbox.token);
  const settings = { host: sandbox.url, clusterCaCertificate: sandbox.caCertificate, tokenFile: join(folder, "token") };
  open(await resolveConnection(settings, {}));
  await expectRotation();
  rmSync(join(folder, "token"));
  await expect(list()).rejects.toMatchObject({
    message: `The token file ${join(folder, "token")} cannot be read.`,
    hint: "Write a token to the file, or correct its path.",
  });
});
