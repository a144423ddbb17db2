import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/base/clock.ts";
import { CoreError, type CoreErrorCode } from "../../../src/core/core-error.ts";
import { Diagnostics } from "../../../src/engine/diagnostic.ts";
import type { ApplyContext, Private } from "../../../src/engine/resource/definition.ts";
import {
  applyAndSave,
  clusterOutlives,
  memberOutlives,
  pendingNote,
} from "../../../src/hikube/shared/apply-and-save.ts";
import type { Session } from "../../../src/hikube/shared/session.ts";
import { required } from "../../../src/schema/attribute.ts";
import { string } from "../../../src/schema/kind.ts";

type Schema = { name: ReturnType<typeof nameAttribute> };
const nameAttribute = () => required(string, { doc: "Name." });
type Observed = { readonly name: string; readonly ready: boolean };
type Converge = Parameters<typeof applyAndSave<Schema, Observed>>[3];

/** What Terraform gets to know of an apply: an error beside a new resource taints it, and the next apply destroys it. */
async function applied(prior: { name: string } | null, converge: Converge, outlives: readonly CoreErrorCode[]) {
  const diagnostics = new Diagnostics();
  const notes: Private = {};
  const saved: unknown[] = [];
  const context = {
    prior,
    client: { clock: systemClock, log: () => {} } as unknown as Session,
    signal: new AbortController().signal,
    timeoutMs: 1_000,
    private: notes,
    diagnostics,
    save: (state: unknown) => saved.push(state),
  } as unknown as ApplyContext<Schema, Session>;
  const outcome = await applyAndSave<Schema, Observed>(
    context,
    null,
    ({ name }) => ({ name }),
    converge,
    outlives,
  ).then(
    (state) => ({ state }),
    (error: unknown) => ({ error }),
  );
  const warnings = diagnostics.list.map(({ severity, summary, detail }) => `${severity}: ${summary}: ${detail}`);
  return { ...outcome, warnings, pending: notes[pendingNote] === true, saved };
}

const made: Observed = { name: "web", ready: false };
const ends =
  (error: CoreError, accepted = true): Converge =>
  async ({ accepted: accept }) => {
    if (accepted) accept?.(made);
    throw error;
  };
const stopped = new CoreError("Stopped", "Stopped while waiting.");

describe("a new node group or add-on that was accepted", () => {
  test.each(memberOutlives)("is kept with a warning where %s ended the wait, and waited for again", async (code) => {
    const outcome = await applied(null, ends(new CoreError(code, "It ended.", { hint: "Go on." })), memberOutlives);
    expect(outcome).toMatchObject({ state: { name: "web" }, pending: true, saved: [{ name: "web" }] });
    expect(outcome.warnings).toEqual([expect.stringMatching(/^warning: .*: It ended\.\n\nGo on\.$/s)]);
  });

  test("is kept as far as the error knows it better", async () => {
    const partial = { name: "web-as-it-is", ready: false };
    const outcome = await applied(null, ends(stopped.withPartial(partial)), memberOutlives);
    expect(outcome).toMatchObject({ state: { name: "web-as-it-is" }, pending: true });
  });

  test("is kept with a warning where another's settings are at fault, and not where its own are", async () => {
    const culprit = { kind: "addon", name: "velero" } as const;
    const others = await applied(null, ends(new CoreError("Refused", "No.", { culprit })), []);
    expect(others).toMatchObject({ state: { name: "web" }, pending: true });
    expect(others.warnings).toHaveLength(1);
    const own = new CoreError("Refused", "No.", { culprit, path: ["minReplicas"] });
    expect(await applied(null, ends(own), memberOutlives)).toMatchObject({ error: own, pending: true, warnings: [] });
  });

  test.each(["Refused", "Lost", "Replaced", "NotFound", "Timeout"] as const)(
    "is an error where %s ended the wait",
    async (code) => {
      const error = new CoreError(code, "It ended.");
      expect(await applied(null, ends(error), memberOutlives)).toMatchObject({ error, warnings: [] });
    },
  );
});

test("a change that was never accepted is an error, and leaves nothing to wait for", async () => {
  const outcome = await applied(null, ends(stopped, false), memberOutlives);
  expect(outcome).toMatchObject({ error: stopped, pending: false, saved: [], warnings: [] });
});

test("an object from before is an error in either case, and is not tainted", async () => {
  const outcome = await applied({ name: "web" }, ends(stopped), memberOutlives);
  expect(outcome).toMatchObject({ error: stopped, pending: true, saved: [{ name: "web" }], warnings: [] });
});

describe("a new cluster that was accepted", () => {
  test("is kept with a warning where Ctrl-C ended the wait: the next apply goes on without untaint", async () => {
    const outcome = await applied(null, ends(stopped), clusterOutlives);
    expect(outcome).toMatchObject({ state: { name: "web" }, pending: true, saved: [{ name: "web" }] });
    expect(outcome.warnings).toHaveLength(1);
  });

  test.each(["Denied", "Unreachable", "Timeout", "Refused"] as const)("is an error where %s ended it", async (code) => {
    const error = new CoreError(code, "It ended.");
    expect(await applied(null, ends(error), clusterOutlives)).toMatchObject({ error, pending: true, warnings: [] });
  });
});

test("a mistake of ours is never taken for a wait that ended", async () => {
  const bug = new TypeError("a bug");
  const broken: Converge = async ({ accepted }) => {
    accepted?.(made);
    throw bug;
  };
  const outcome = await applied(null, broken, memberOutlives);
  expect(outcome).toMatchObject({ error: bug, warnings: [] });
});
