import { describe, expect, test } from "vitest";
import { CoreError } from "../../../src/core/core-error.ts";
import { resource } from "../../../src/engine/define.ts";
import { DiagnosticError } from "../../../src/engine/diagnostic.ts";
import { explained } from "../../../src/hikube/shared/diagnostics.ts";
import type { Session } from "../../../src/hikube/shared/session.ts";
import { ToldFailures } from "../../../src/hikube/shared/told-failures.ts";
import { toldOnce } from "../../../src/hikube/shared/told-once.ts";
import { KubeError, type KubeErrorCode, type KubeErrorInit } from "../../../src/kube/kube-error.ts";
import { optional } from "../../../src/schema/attribute.ts";
import { string } from "../../../src/schema/kind.ts";

const schema = { name: optional(string, { doc: "A name." }) } as const;

/** Resources of one session whose questions are answered by `ask`, and how often it was asked. */
function session(ask: (signal: AbortSignal) => Promise<void>) {
  let asked = 0;
  const question = (signal: AbortSignal) =>
    explained(schema, async () => {
      if (!signal.aborted) asked++;
      await ask(signal).catch((error: unknown) => {
        throw CoreError.from(error, "asking", signal);
      });
    });
  const { definition } = toldOnce(
    resource<Session>()("hikube_thing", {
      doc: "",
      schema,
      identity: {},
      timeouts: { create: "1m", update: "1m", delete: "1m" },
      modifyPlan: async ({ plan, signal }) => {
        plan.name = "planned";
        await question(signal);
      },
      read: async ({ state, signal }) => {
        await question(signal);
        return { ...state, name: "live" };
      },
      apply: async ({ signal }) => {
        await question(signal);
        return { name: "applied" };
      },
      remove: async ({ signal }) => question(signal),
      identify: () => ({}),
      importState: () => ({}),
    }),
  );
  const client = { told: new ToldFailures() } as unknown as Session;
  const { signal } = new AbortController();
  const common = { client, signal, private: {}, diagnostics: undefined as never };
  const outcome = (promise: Promise<unknown>) =>
    promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  return {
    asked: () => asked,
    read: () => outcome(definition.read({ ...common, state: { name: "stored" }, imported: false })),
    plan: () => {
      const plan = { name: "" };
      const more = { config: {}, prior: null, plan, replacing: false, changed: true, requireReplace: () => {} };
      const planned = Promise.resolve(definition.modifyPlan?.({ ...common, ...more }));
      return outcome(planned.then(() => plan.name));
    },
    apply: () =>
      outcome(
        definition.apply({
          ...common,
          wish: {},
          former: undefined,
          planned: {},
          prior: null,
          timeoutMs: 1,
          save: () => {},
        }),
      ),
    remove: () => outcome(definition.remove({ ...common, state: {}, former: {}, timeoutMs: 1 })),
  };
}

const failing = (code: KubeErrorCode, init: KubeErrorInit = {}, text = "no") => new KubeError(code, text, init);
const everywhere: readonly (readonly [string, KubeError])[] = [
  ["a refused login", failing("Unauthorized", { summary: "Login to Hikube failed" })],
  ["a plugin that fails", failing("Credential")],
  ["a certificate that is not trusted", failing("Tls")],
  ["a name that cannot be resolved", failing("Network")],
  ["no answer", failing("Timeout")],
  ["a gateway without a server", failing("Unavailable", { status: 503 })],
  ["no credentials", failing("Forbidden", { summary: "No credentials are configured" })],
  ["another API", failing("NotFound", { summary: "Not the Hikube API" })],
];

describe("a failure of the connection", () => {
  test.each(everywhere)("%s is told by one of many reads and plans", async (_name, error) => {
    const one = session(() => Promise.reject(error));
    const first = await Promise.all([one.read(), one.read(), one.plan(), one.plan()]);
    const later = [await one.read(), await one.plan(), await one.read()];
    const errors = [...first, ...later].flatMap((outcome) => ("error" in outcome ? [outcome.error] : []));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(DiagnosticError);
    expect(String(errors[0])).toContain("No other resource is read");
    // What comes after does not ask, keeps what is stored and plans what needs no look.
    expect(one.asked()).toBe(4);
    expect(later).toEqual([{ value: {} }, { value: "planned" }, { value: {} }]);
  });

  test.each(everywhere)("%s is told by every change", async (_name, error) => {
    const one = session(() => Promise.reject(error));
    const outcomes = [await one.read(), await one.apply(), await one.apply(), await one.remove()];
    expect(outcomes.filter((outcome) => "error" in outcome)).toHaveLength(4);
  });
});

describe("a failure of one resource", () => {
  test.each<[string, unknown]>([
    ["an answer that is not understood", failing("Malformed")],
    ["an error of the server", failing("Unavailable", { status: 500 })],
    ["a refusal", new CoreError("Refused", "no")],
    ["a bug", new TypeError("no")],
  ])("%s is told by each", async (_name, error) => {
    const one = session(() => Promise.reject(error));
    const outcomes = [await one.read(), await one.read(), await one.plan(), await one.plan()];
    expect(outcomes.filter((outcome) => "error" in outcome)).toHaveLength(4);
  });

  test("a right that is missing is told once for each namespace", async () => {
    let times = 0;
    const denied = (what: string, namespace: string) =>
      `${what} is forbidden: User "x" cannot get resource "y" in API group "z" in the namespace "${namespace}"`;
    const texts = [denied('things "a"', "n"), denied('others "b"', "n"), denied('things "a"', "m")];
    const one = session(() => Promise.reject(failing("Forbidden", {}, texts[times++ % texts.length])));
    const outcomes = [await one.read(), await one.read(), await one.read(), await one.plan()];
    expect(outcomes.map((outcome) => "error" in outcome)).toEqual([true, false, true, false]);
    expect(one.asked()).toBe(4);
  });
});
