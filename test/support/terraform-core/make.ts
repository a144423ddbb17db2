import { expect } from "vitest";
import type { CoreDiagnostic, Instance } from "./core-answers.ts";
import type { Core } from "./core-client.ts";

export const errorsIn = ({ diagnostics }: { readonly diagnostics: readonly CoreDiagnostic[] }) =>
  diagnostics.filter(({ severity }) => severity === "error");

/** Plans and applies a configuration; fails where either has an error. */
export async function make(
  core: Core,
  type: string,
  written: Readonly<Record<string, unknown>>,
  prior?: Instance,
): Promise<Instance> {
  const config = core.config(type, written);
  const planned = await core.plan(type, config, prior);
  expect(errorsIn(planned)).toEqual([]);
  const applied = await core.apply(planned, config);
  expect(errorsIn(applied)).toEqual([]);
  if (applied.instance === undefined) throw new Error("nothing was made");
  return applied.instance;
}

/** Reads an object as the refresh of a plan does; fails where it is gone. */
export async function refreshed(core: Core, instance: Instance): Promise<Instance> {
  const { instance: read } = await core.refresh(instance);
  if (read === undefined) throw new Error("it is gone");
  return read;
}
