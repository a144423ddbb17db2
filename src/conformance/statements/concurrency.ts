import type { JsonObject } from "../../base/json.ts";
import { type Answer, at, describe, versionOf } from "../answer.ts";
import { allProfiles, recentProfiles } from "../profile.ts";
import { holds, type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";
import { ownLabels, refusedVersion } from "../tenant-requests.ts";
import { Undecided } from "../undecided.ts";

/** Two concurrent writers (platform.md §7). The objects carry a label: without one, concurrent writes crash the API server. */

const rounds = 10;

interface Tally {
  /** Rounds in which both writes were accepted. */
  both: number;
  /** Rounds in which one write was refused as a conflict. */
  one: number;
  /** Writes that were accepted and did not persist. */
  lost: number;
}

type Write = (name: string, base: JsonObject, spec: JsonObject) => Promise<Answer>;

/** Two writers, each with its own key, in ten rounds; a round in which both conflict with a controller is repeated. */
async function race(tenant: Tenant, word: string, write: Write): Promise<Tally> {
  const name = await tenant.createInert(word);
  const tally: Tally = { both: 0, one: 0, lost: 0 };
  for (let round = 1, spoiled = 0; round <= rounds; ) {
    const base = await tenant.readCreated(name);
    const first = { host: `r${round}.invalid` };
    const second = { storageClass: `r${round}` };
    const answers = await Promise.all([write(name, base, first), write(name, base, second)]);
    const unexpected = answers.find((answer) => !answer.ok && answer.error.code !== "Conflict");
    if (unexpected !== undefined) throw new Undecided(`a write was answered ${describe(unexpected)}`);
    const accepted = answers.filter(({ ok }) => ok).length;
    if (accepted === 0) {
      if (++spoiled > 3 * rounds) throw new Undecided("every round conflicted with a controller");
      continue;
    }
    await tenant.clock.sleep(300);
    const spec = (await tenant.readCreated(name))["spec"];
    const kept = [at(spec, "host") === first.host, at(spec, "storageClass") === second.storageClass];
    tally[accepted === 2 ? "both" : "one"] += 1;
    tally.lost += answers.filter(({ ok }, writer) => ok && kept[writer] !== true).length;
    round += 1;
  }
  return tally;
}

const tallyText = ({ both, one, lost }: Tally) =>
  `in ${rounds} rounds both writes were accepted ${both} times, one of two ${one} times, and ${lost} accepted writes were lost`;

const put =
  (tenant: Tenant): Write =>
  (name, base, spec) =>
    tenant.callOnce({
      method: "PUT",
      path: `${tenant.clusters}/${name}`,
      body: {
        apiVersion: "apps.cozystack.io/v1alpha1",
        kind: "Kubernetes",
        metadata: { name, namespace: tenant.namespace, labels: { ...ownLabels }, resourceVersion: versionOf(base) },
        spec: { ...(base["spec"] as JsonObject), version: refusedVersion, ...spec },
      },
    });

const merge =
  (tenant: Tenant): Write =>
  (name, _base, spec) =>
    tenant.callOnce({
      method: "PATCH",
      path: `${tenant.clusters}/${name}`,
      contentType: "application/merge-patch+json",
      body: { spec },
    });

const putConflicts: Statement = {
  id: "concurrent-put",
  sentence:
    "of two PUTs from one base exactly one is accepted, the other is refused as a conflict, and no accepted write is lost",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "racing", put(tenant));
    return verdict(tally.lost > 0 || tally.both > 0 ? tallyText(tally) : undefined);
  },
  provider: "reads again on a conflict and creates a new patch",
};

const putLoses: Statement = {
  id: "concurrent-put",
  sentence: "of two PUTs from one base both are accepted and one is always lost",
  profiles: recentProfiles,
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "racing", put(tenant));
    return verdict(tally.both === rounds && tally.lost === rounds ? undefined : tallyText(tally));
  },
  provider: "never writes whole objects, and reads its own keys back until they persist",
};

const mergeConflicts: Statement = {
  id: "concurrent-merge-patch",
  sentence: "of two merge patches of different keys no accepted one is lost",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "merging", merge(tenant));
    return verdict(tally.lost > 0 ? tallyText(tally) : undefined);
  },
  provider: "reads again on a conflict and creates a new patch",
};

const mergeLoses: Statement = {
  id: "concurrent-merge-patch",
  sentence: "of two merge patches of different keys both are accepted and one is lost",
  profiles: recentProfiles,
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "merging", merge(tenant));
    if (tally.lost > 0) return holds;
    // Two accepted writes that both persist did not overlap inside the server, so its behaviour was not observed.
    if (tally.both > 0) throw new Undecided(tallyText(tally));
    return verdict(tallyText(tally));
  },
  provider:
    "sends one write per cluster at a time, reads it back, and repeats it a limited number of times where another writer reverted it",
};

const crash: Statement = {
  id: "unlabelled-writes-kill-the-server",
  sentence:
    "two concurrent writes to objects without labels crash the API server: 503 for all tenants until it is restarted",
  profiles: allProfiles,
  section: "7",
  dangerous: true,
  run: async (tenant) => {
    const bare = { metadata: { labels: {} } };
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      const names = [tenant.name("bare"), tenant.name("bare")];
      const answers = await Promise.all(names.map((name) => tenant.create(name, {}, bare)));
      const dead = answers.some((answer) => !answer.ok && answer.error.status === 503);
      if (!dead) continue;
      const during = await tenant.callOnce({ method: "GET", path: tenant.clusters });
      const deadline = tenant.clock.now() + 5 * 60_000;
      for (;;) {
        const after = await tenant.call({ method: "GET", path: tenant.clusters });
        if (after.ok) break;
        if (tenant.clock.now() >= deadline)
          throw new Undecided("the API server was not available again within five minutes");
        await tenant.clock.sleep(1_000);
      }
      return during.ok || during.error.status === 503 ? holds : verdict(describe(during));
    }
    throw new Undecided("no two of the twenty pairs of writes overlapped inside the server, so nothing was observed");
  },
  provider: "labels every object that it creates or writes, and does not write to unlabelled objects concurrently",
};

export const concurrencyStatements = [putConflicts, putLoses, mergeConflicts, mergeLoses, crash];
