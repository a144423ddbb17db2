import { CoreError } from "../../core/core-error.ts";
import { DiagnosticError } from "../../engine/diagnostic.ts";
import type { ErasedDefinition, Resource } from "../../engine/resource/definition.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { isConnectionFailure } from "./diagnostics.ts";
import type { Session } from "./session.ts";
import { everything, type ToldFailures } from "./told-failures.ts";

const once = "No other resource is read after this error.";

/**
 * Wraps a resource so that a failure common to all resources is reported once per run. Terraform shows the diagnostics of every
 * resource, and one error fails the run. Later resources use the stored state and are planned without a read. Changes are never
 * skipped.
 */
export function toldOnce({ type, definition }: Resource<Session>): Resource<Session> {
  const { defaults, modifyPlan } = definition;
  const wrapped: ErasedDefinition<Session> = {
    ...definition,
    // A result without keys keeps all stored values.
    read: (context) => unlessTold(context.client.told, Object.create(null), () => definition.read(context)),
    ...(defaults !== undefined && {
      defaults: (context) => unlessTold(context.client.told, undefined, () => defaults(context)),
    }),
    ...(modifyPlan !== undefined && {
      modifyPlan: async (context) => {
        const told = context.client?.told;
        if (told === undefined) return await modifyPlan(context);
        // The part of the plan that needs no request still runs.
        const cutOff = told.isCutOff;
        const signal = cutOff ? AbortSignal.abort() : context.signal;
        try {
          await modifyPlan({ ...context, signal });
        } catch (error) {
          if (cutOff && wasStopped(error)) return;
          throwFirst(told, error);
        }
      },
    }),
  };
  return { type, definition: wrapped };
}

/** Returns the API's result, or `instead` if this run has already reported the API as unavailable. */
async function unlessTold<T>(told: ToldFailures, instead: T, ask: () => Promise<T>): Promise<T> {
  if (told.isCutOff) return instead;
  try {
    return await ask();
  } catch (error) {
    throwFirst(told, error);
    return instead;
  }
}

/** Rethrows an error unless this run has already reported the same failure. */
function throwFirst(told: ToldFailures, error: unknown): void {
  const failure = failureOf(error);
  if (failure === undefined) throw error;
  if (!told.tell(failure)) return;
  if (!(error instanceof DiagnosticError)) throw error;
  const { summary, detail, path } = error.diagnostic;
  throw new DiagnosticError(summary, `${detail}\n\n${once}`, path, { cause: error.cause });
}

/** Returns the key of a failure that other resources share; undefined if it concerns only this resource. */
function failureOf(error: unknown): string | undefined {
  const cause = kubeErrorOf(error);
  if (cause === undefined) return undefined;
  if (isConnectionFailure(cause)) return everything;
  if (cause.code !== "Forbidden") return undefined;
  // A user without one permission in a namespace usually lacks all of them, so one error is sufficient.
  const [, user, namespace] = /User "([^"]*)" cannot .* in the namespace "([^"]*)"/.exec(cause.message) ?? [];
  return user === undefined ? cause.message : `${user} in ${namespace}`;
}

function kubeErrorOf(error: unknown): KubeError | undefined {
  for (let link = error; link instanceof Error; link = link.cause) if (link instanceof KubeError) return link;
  return undefined;
}

const wasStopped = (error: unknown): boolean =>
  (error instanceof DiagnosticError && error.cause instanceof CoreError && error.cause.code === "Stopped") ||
  (error instanceof DOMException && error.name === "AbortError");
