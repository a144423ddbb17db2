import { parseArgs } from "node:util";
import { loginOptions } from "./login-values.ts";

export const usage = `Checks on a tenant whether the platform's API behaves as the provider expects.

  conformance [options]

  --kubeconfig FILE    kubeconfig of the tenant; default: as for the provider (HIKUBE_CONFIG_PATH, KUBECONFIG, ~/.kube/config)
  --context NAME       context of the kubeconfig; default: the current one
  --namespace NAME     namespace of the tenant; default: that of the context
  --yes                start without asking
  --json FILE          also write the report as JSON
  --no-cluster         install no cluster; skips the statements about its lifecycle
  --dangerous          include statements that can take the platform's API server down for all tenants; not on a shared platform
  --help               show this help

Exit codes: 0: all statements that were tried hold. 1: a statement differs or is undecided, or objects are left over.
2: the check could not start.
`;

export interface ConformanceArguments {
  readonly kubeconfig: string | undefined;
  readonly context: string | undefined;
  readonly namespace: string | undefined;
  readonly json: string | undefined;
  readonly yes: boolean;
  readonly cluster: boolean;
  readonly dangerous: boolean;
}

/** Returns the parsed command line, or the reason why it is invalid. */
export function parseArguments(
  argv: readonly string[],
): ConformanceArguments | { readonly help: true } | { readonly fault: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...loginOptions,
        json: { type: "string" },
        yes: { type: "boolean", default: false },
        "no-cluster": { type: "boolean", default: false },
        dangerous: { type: "boolean", default: false },
      },
    });
    if (values.help) return { help: true };
    const { kubeconfig, context, namespace, json, yes, dangerous } = values;
    return { kubeconfig, context, namespace, json, yes, dangerous, cluster: !values["no-cluster"] };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
