import { X509Certificate } from "node:crypto";
import { parseArgs } from "node:util";
import { isJsonObject } from "../base/json.ts";
import type { KubeconfigParts } from "../kube/config/kubeconfig-parts.ts";
import type { Environment } from "../kube/http/connection.ts";
import { type CommandIo, processIo } from "./command-io.ts";
import { loginHelp, loginOptions } from "./login-values.ts";
import { clusterIdOf, runTenantCommand, timeLimit } from "./tenant-command.ts";

const usage = `Prints the credential of a cluster as an ExecCredential, for kubectl and other programs that run credential plugins.

  token <id> [options]

  <id> is \`namespace/cluster\`, or \`cluster\` in the namespace of the tenant.

  --timeout DURATION   longest time to wait for a cluster that is not ready; default 1m
${loginHelp}
Example:

  hikube token prod
`;

/** Runs `token …`. Returns the exit code. */
export async function runToken(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  return await runTenantCommand(io, {
    usage,
    parse: () =>
      parseArgs({
        args: [...argv],
        allowPositionals: true,
        options: { ...loginOptions, timeout: { type: "string", default: "1m" } },
      }),
    arguments: { least: 1, most: 1 },
    run: async ({ values, positionals }, session, signal) => {
      const id = clusterIdOf(positionals[0] ?? "", session);
      const deadline = io.clock.now() + timeLimit(values.timeout);
      const { parts } = await session.hikube.clusters.awaitKubeconfig(id, { signal, deadline, waitFor: "exists" });
      io.out(`${JSON.stringify(execCredential(parts, io.env))}\n`);
      return 0;
    },
  });
}

/** Returns the credential in the API version that the caller requests in KUBERNETES_EXEC_INFO; default `v1`. */
function execCredential({ clientCertificate, clientKey, token }: KubeconfigParts, env: Environment): object {
  const status =
    clientCertificate === undefined || clientKey === undefined
      ? { token }
      : {
          clientCertificateData: clientCertificate,
          clientKeyData: clientKey,
          expirationTimestamp: new Date(new X509Certificate(clientCertificate).validTo).toISOString(),
        };
  return { apiVersion: requestedVersion(env), kind: "ExecCredential", status };
}

const versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

function requestedVersion(env: Environment): string {
  let info: unknown;
  try {
    info = JSON.parse(env["KUBERNETES_EXEC_INFO"] ?? "");
  } catch {
    // Not run by a client, or by one that does not say.
  }
  const asked = isJsonObject(info) ? info["apiVersion"] : undefined;
  return versions.find((version) => version === asked) ?? "client.authentication.k8s.io/v1";
}
