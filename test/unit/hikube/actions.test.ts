import { expect, test } from "vitest";
import { CoreError } from "../../../src/core/core-error.ts";
import { DiagnosticError } from "../../../src/engine/diagnostic.ts";
import { onCluster, validateAction } from "../../../src/hikube/cluster/action-arguments.ts";
import type { Session } from "../../../src/hikube/shared/session.ts";
import { Unknown } from "../../../src/values/value.ts";

const client = { clock: { now: () => 1_000 } } as Session;
const { signal } = new AbortController();

/** The diagnostic of an action whose work fails. */
const failure = async (error: Error) => {
  const config = { cluster_id: "tenant-acme/prod", timeout: null };
  const thrown: unknown = await onCluster({ config, client, signal }, () => Promise.reject(error)).catch((e) => e);
  if (!(thrown instanceof DiagnosticError)) throw thrown;
  return thrown.diagnostic;
};

test("an action > gives its work the cluster and the deadline, by default after 45 minutes", async () => {
  for (const [timeout, ms] of [
    [null, 45 * 60_000],
    ["90s", 90_000],
  ] as const) {
    const work = await onCluster(
      { config: { cluster_id: "tenant-acme/prod", timeout }, client, signal },
      async (given) => given,
    );
    expect(work).toEqual({ id: { namespace: "tenant-acme", name: "prod" }, signal, deadline: 1_000 + ms });
  }
});

test("an action > reports errors of the library at the cluster's id", async () => {
  const path = [{ attribute: "cluster_id" }];
  const refused = new CoreError("Refused", "The platform refused.", { path: ["version"], hint: "Correct it." });
  expect(await failure(refused)).toMatchObject({ detail: "The platform refused.\n\nCorrect it.", path });
});

test("an action > says of a stop that the platform continues, and nothing of a state", async () => {
  const { summary, detail } = await failure(new CoreError("Stopped", "Stopped while waiting for cluster prod."));
  expect({ summary, detail }).toEqual({
    summary: "The operation was stopped",
    detail: "Stopped while waiting for cluster prod. The platform continues in the background.",
  });
});

test("an action > refuses an id of another form as soon as it is known", () => {
  expect(() => validateAction({ config: { cluster_id: "prod", timeout: null } })).toThrow(
    "`cluster_id` must be `namespace/cluster`",
  );
  validateAction({ config: { cluster_id: new Unknown(), timeout: null } });
});
