import { parseArgs } from "node:util";
import { clusterKey } from "../core/ids.ts";
import { type KubeconfigDraft, writeKubeconfig } from "../kube/config/write-kubeconfig.ts";
import { type CommandIo, processIo } from "./command-io.ts";
import { type LoginValues, loginHelp, loginOptions } from "./login-values.ts";
import { mergeIntoFile } from "./merge-kubeconfig.ts";
import { pluginLogin, pluginProgram } from "./plugin-login.ts";
import { clusterIdOf, runTenantCommand, timeLimit } from "./tenant-command.ts";

const usage = `Prints a kubeconfig of a cluster.

  kubeconfig <id> [options]

  <id> is \`namespace/cluster\`, or \`cluster\` in the namespace of the tenant.

  --exec               log in with the command \`token\` of this program in place of the administrator's certificate:
                       the kubeconfig contains no secret
  --merge FILE         add it to a file and make it the current context; the former file is kept as FILE.backup
  --name NAME          name of the context; default: the id
  --timeout DURATION   longest time to wait for a cluster that is not ready; default 15m
${loginHelp}
Example:

  hikube kubeconfig prod --exec --merge ~/.kube/config
`;

/** Runs `kubeconfig …`. Returns the exit code. */
export async function runKubeconfig(argv: readonly string[], io: CommandIo = processIo): Promise<number> {
  return await runTenantCommand(io, {
    usage,
    parse: () =>
      parseArgs({
        args: [...argv],
        allowPositionals: true,
        options: {
          ...loginOptions,
          exec: { type: "boolean", default: false },
          merge: { type: "string" },
          name: { type: "string" },
          timeout: { type: "string", default: "15m" },
        },
      }),
    arguments: { least: 1, most: 1 },
    run: async ({ values, positionals }, session, signal) => {
      const id = clusterIdOf(positionals[0] ?? "", session);
      const limitMs = timeLimit(values.timeout);
      const { parts } = await session.hikube.clusters.awaitKubeconfig(id, {
        signal,
        deadline: io.clock.now() + limitMs,
        waitFor: "exists",
        progress: (message) => io.error(`${message}\n`),
      });
      const { server, caCertificate } = parts;
      const named = { context: values.name ?? clusterKey(id), server, caCertificate };
      const draft: KubeconfigDraft = values.exec
        ? { ...named, exec: await execOf(clusterKey(id), values, io) }
        : { ...parts, ...named };
      if (values.merge === undefined) io.out(writeKubeconfig(draft));
      else io.error(await mergeIntoFile(values.merge, draft));
      return 0;
    },
  });
}

async function execOf(id: string, values: LoginValues, { env }: CommandIo) {
  const { command, args } = pluginProgram(env);
  const login = await pluginLogin(values, env);
  return {
    apiVersion: "client.authentication.k8s.io/v1",
    command,
    args: [...args, "token", id, ...login.args],
    env: login.env,
  };
}
