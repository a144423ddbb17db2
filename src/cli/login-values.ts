import type { ConnectionSettings } from "../kube/http/connection.ts";

/** Options of every command about a tenant, for `parseArgs`. */
export const loginOptions = {
  kubeconfig: { type: "string" },
  context: { type: "string" },
  namespace: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

/** Help for these options. */
export const loginHelp = `  --kubeconfig FILE    kubeconfig of the tenant; default: as for the provider (HIKUBE_CONFIG_PATH, KUBECONFIG, ~/.kube/config)
  --context NAME       context of the kubeconfig; default: the current one
  --namespace NAME     namespace of the tenant; default: that of the context
  --help               show this help
`;

/** Which login a command was given. */
export interface LoginValues {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly namespace?: string | undefined;
}

/** Returns the connection settings of these options. */
export const loginSettings = ({ kubeconfig, context }: LoginValues): ConnectionSettings => ({
  ...(kubeconfig === undefined ? {} : { configPath: kubeconfig }),
  ...(context === undefined ? {} : { configContext: context }),
});
