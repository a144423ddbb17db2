import { describe, expect, test } from "vitest";
import type { Clock } from "../../../src/base/clock.ts";
import type { Json } from "../../../src/base/json.ts";
import type { ConformanceProfile } from "../../../src/conformance/profile.ts";
import { startConformance } from "../../../src/conformance/run-conformance.ts";
import { statementsOf } from "../../../src/conformance/statements/index.ts";
import type { KubeClient, KubeRequest } from "../../../src/kube/kube-client.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";

const profiles = ["1.1.2", "1.6.2", "next"] as const;

/** A clock that only waiting advances. */
function standingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      now += ms;
    },
  };
}

/** Platforms with a single answer: no statement may hold on all of them. */
const foolish: Readonly<Record<string, (request: KubeRequest) => Json>> = {
  "says yes to everything": () => ({}),
  "knows nothing": ({ path }) => {
    throw new KubeError("NotFound", `${path} not found`, { status: 404 });
  },
  "forbids everything": () => {
    throw new KubeError("Forbidden", 'x is forbidden: User "u" cannot', { status: 403 });
  },
};

async function tryOn(profile: ConformanceProfile, answer: (request: KubeRequest) => Json, id: string) {
  const client: KubeClient = {
    server: "https://foolish.invalid",
    namespace: "tenant-x",
    request: async (request) => answer(request),
    close: async () => {},
    failing: () => undefined,
  };
  const run = startConformance({
    profile,
    namespace: "tenant-x",
    prefix: "tfc-000000",
    client,
    withoutRetries: client,
    wrongToken: client,
    anonymous: client,
    clock: standingClock(),
    dangerous: true,
    cluster: true,
    signal: new AbortController().signal,
  });
  const statement = statementsOf(profile).find((one) => one.id === id);
  if (statement === undefined) throw new Error(`there is no ${id}`);
  return (await run.attempt(statement)).result;
}

describe.each(profiles)("statements about %s", (profile) => {
  test.each(statementsOf(profile).map(({ id }) => [id]))("%s can fail", async (id) => {
    const results = await Promise.all(Object.values(foolish).map((answer) => tryOn(profile, answer, id)));
    expect(results).not.toEqual(results.map(() => "holds"));
    expect(results.some((result) => result === "differs" || result === "undecided")).toBe(true);
  });

  test("have unique ids", () => {
    const ids = statementsOf(profile).map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});

test.each(profiles)("statements about %s > are undecided where concurrent writes did not overlap", async (profile) => {
  const accepts = ({ body }: KubeRequest): Json => body ?? {};
  expect(await tryOn(profile, accepts, "unlabelled-writes-kill-the-server")).toBe("undecided");
});

test("concurrent-merge-patch > is undecided where both accepted patches persist", async () => {
  const spec: Record<string, Json> = {};
  const keeps = ({ body, method }: KubeRequest): Json => {
    if (method === "PATCH" || method === "POST") Object.assign(spec, (body as { spec?: object } | undefined)?.spec);
    return { metadata: { name: "x", uid: "u", resourceVersion: "1" }, spec: { ...spec } };
  };
  expect(await tryOn("1.6.2", keeps, "concurrent-merge-patch")).toBe("undecided");
});

test("statements > name a section of platform.md and what the provider does", () => {
  for (const { id, section, provider, sentence } of profiles.flatMap(statementsOf)) {
    expect(`${id} ${section}`).toMatch(/^[a-z0-9-]+ [0-9]+(\.[0-9]+)?$/);
    expect(provider.length).toBeGreaterThan(4);
    expect(sentence).toMatch(/^[a-zA-Z:]/);
  }
});
