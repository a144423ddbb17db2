import { parseArgs } from "node:util";

export const usage = `Tries, on a tenant of the platform, whether its API behaves as the provider expects.

  conformance [options]

  --kubeconfig FILE    the tenant's kubeconfig; default: as the provider finds it (HIKUBE_CONFIG_PATH, KUBECONFIG, ~/.kube/config)
  --context NAME       the context to use; default: the current one
  --namespace NAME     the tenant's namespace; default: the context's
  --yes                go on without asking
  --json FILE          write the report as JSON, too
  --no-cluster         install no cluster: leaves out how one lives
  --dangerous          try also what may take the platform's API server down for everybody: not on a platform that others use
  --help               this text

Exit code 0: everything that was tried holds. 1: something differs, could not be decided, or was left behind. 2: it could not begin.
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

/** The command line, or a text that says what is wrong with it. */
export function parseArguments(
  argv: readonly string[],
): ConformanceArguments | { readonly help: true } | { readonly fault: string } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        kubeconfig: { type: "string" },
        context: { type: "string" },
        namespace: { type: "string" },
        json: { type: "string" },
        yes: { type: "boolean", default: false },
        "no-cluster": { type: "boolean", default: false },
        dangerous: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { help: true };
    const { kubeconfig, context, namespace, json, yes, dangerous } = values;
    return { kubeconfig, context, namespace, json, yes, dangerous, cluster: !values["no-cluster"] };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
