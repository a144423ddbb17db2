import { CoreError } from "../../core/core-error.ts";
import type { ClusterId } from "../../core/ids.ts";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import { optional, required } from "../../schema/attribute.ts";
import { positiveDuration } from "../../schema/check.ts";
import { string } from "../../schema/kind.ts";
import type { Config, Known } from "../../schema/shape.ts";
import { explained } from "../shared/diagnostics.ts";
import { clusterArgument } from "../shared/lookup.ts";
import type { Session } from "../shared/session.ts";
import { deadlineOf } from "../shared/timeouts.ts";

const defaultTimeout = "45m";

/** The arguments of the actions on a cluster. */
export const actionSchema = {
  cluster_id: required(string, { doc: "`id` of the cluster." }),
  timeout: optional(string, {
    check: positiveDuration,
    doc: `Longest time to wait, as a duration (\`30m\`). Default: \`${defaultTimeout}\`.`,
  }),
} as const;

/** Checks the id as soon as it is known. Throws DiagnosticError. */
export function validateAction({ config }: { readonly config: Config<typeof actionSchema> }): void {
  if (typeof config.cluster_id === "string") clusterArgument(config.cluster_id, "cluster_id");
}

interface Work {
  readonly id: ClusterId;
  readonly signal: AbortSignal;
  /** Clock ms. */
  readonly deadline: number;
}

/** Runs an action on the configured cluster. Errors of the library become diagnostics at `cluster_id`. */
export async function onCluster<T>(
  {
    config,
    client,
    signal,
  }: { readonly config: Known<typeof actionSchema>; readonly client: Session; readonly signal: AbortSignal },
  work: (given: Work) => Promise<T>,
): Promise<T> {
  const id = clusterArgument(config.cluster_id, "cluster_id");
  const deadline = deadlineOf(client, config.timeout, defaultTimeout);
  const question = () =>
    work({ id, signal, deadline }).catch((error: unknown) => {
      // Actions keep no state, so the advice for resources does not apply.
      if (!(error instanceof CoreError) || error.code !== "Stopped") throw error;
      const detail = `${error.message} The platform continues in the background.`;
      throw new DiagnosticError("The operation was stopped", detail, "cluster_id", { cause: error });
    });
  return await explained(actionSchema, question, "cluster_id");
}
