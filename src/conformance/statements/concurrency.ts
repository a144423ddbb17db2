import type { JsonObject } from "../../base/json.ts";
import { type Answer, at, describe, versionOf } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { holds, type Statement, verdict } from "../statement.ts";
import { Undecided } from "../undecided.ts";
import { ownLabels, refusedVersion, type Tenant } from "../tenant.ts";

/** Two writers at once (platform.md §7). The objects carry a label: without one, two writes at once end the API server. */

const rounds = 10;

interface Tally {
  /** Rounds in which both writers were told that theirs was written. */
  both: number;
  /** Rounds in which one was refused with the words of a conflict. */
  one: number;
  /** Writes that were accepted and are not there. */
  lost: number;
}

type Write = (name: string, base: JsonObject, spec: JsonObject) => Promise<Answer>;

/** Two writers, each of its own key, in ten rounds; a round in which a controller got in the way of both is played again. */
async function race(tenant: Tenant, word: string, write: Write): Promise<Tally> {
  const name = await tenant.inert(word);
  const tally: Tally = { both: 0, one: 0, lost: 0 };
  for (let round = 1, spoiled = 0; round <= rounds; ) {
    const base = await tenant.see(name);
    const first = { host: `r${round}.invalid` };
    const second = { storageClass: `r${round}` };
    const answers = await Promise.all([write(name, base, first), write(name, base, second)]);
    const strange = answers.find((answer) => !answer.ok && answer.error.code !== "Conflict");
    if (strange !== undefined) throw new Undecided(`a write was answered ${describe(strange)}`);
    const accepted = answers.filter(({ ok }) => ok).length;
    if (accepted === 0) {
      if (++spoiled > 3 * rounds) throw new Undecided("controllers always came between");
      continue;
    }
    await tenant.clock.sleep(300);
    const spec = (await tenant.see(name))["spec"];
    const kept = [at(spec, "host") === first.host, at(spec, "storageClass") === second.storageClass];
    tally[accepted === 2 ? "both" : "one"] += 1;
    tally.lost += answers.filter(({ ok }, writer) => ok && kept[writer] !== true).length;
    round += 1;
  }
  return tally;
}

const told = ({ both, one, lost }: Tally) =>
  `in ${rounds} rounds both writes were accepted ${both} times, one of two ${one} times, and ${lost} accepted writes were lost`;

const put =
  (tenant: Tenant): Write =>
  (name, base, spec) =>
    tenant.once({
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
    tenant.once({
      method: "PATCH",
      path: `${tenant.clusters}/${name}`,
      contentType: "application/merge-patch+json",
      body: { spec },
    });

const putConflicts: Statement = {
  id: "concurrent-put",
  sentence:
    "of two PUTs from one base exactly one wins, the other is told of the conflict, and nothing accepted is lost",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "racing", put(tenant));
    return verdict(tally.lost > 0 || tally.both > 0 ? told(tally) : undefined);
  },
  provider: "reads again on a conflict and makes its patch anew",
};

const putLoses: Statement = {
  id: "concurrent-put",
  sentence: "of two PUTs from one base both are accepted and one is lost, every time",
  profiles: ["1.6.2"],
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "racing", put(tenant));
    return verdict(tally.both === rounds && tally.lost === rounds ? undefined : told(tally));
  },
  provider: "never writes whole objects, and reads its own keys back until they hold",
};

const mergeConflicts: Statement = {
  id: "concurrent-merge-patch",
  sentence: "of two merge patches of different keys none that was accepted is lost",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "merging", merge(tenant));
    return verdict(tally.lost > 0 ? told(tally) : undefined);
  },
  provider: "reads again on a conflict and makes its patch anew",
};

const mergeLoses: Statement = {
  id: "concurrent-merge-patch",
  sentence: "of two merge patches of different keys both are accepted and one is lost",
  profiles: ["1.6.2"],
  section: "7",
  run: async (tenant) => {
    const tally = await race(tenant, "merging", merge(tenant));
    if (tally.lost > 0) return holds;
    // Writes that were both accepted and both stand never met inside the server: what it does when they meet was not seen.
    if (tally.both > 0) throw new Undecided(told(tally));
    return verdict(told(tally));
  },
  provider:
    "sends one write per cluster at a time, reads it back, and writes again where another writer undid it, bounded",
};

const death: Statement = {
  id: "unlabelled-writes-kill-the-server",
  sentence: "two writes at once to objects without labels kill the API server: 503 for everybody until it is restarted",
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
      const during = await tenant.once({ method: "GET", path: tenant.clusters });
      const deadline = tenant.clock.now() + 5 * 60_000;
      for (;;) {
        const after = await tenant.call({ method: "GET", path: tenant.clusters });
        if (after.ok) break;
        if (tenant.clock.now() >= deadline) throw new Undecided("the API server did not come back within five minutes");
        await tenant.clock.sleep(1_000);
      }
      return during.ok || during.error.status === 503 ? holds : verdict(describe(during));
    }
    throw new Undecided(
      "none of twenty pairs of such writes met inside the server, which is rare; that it survived them says nothing",
    );
  },
  provider: "labels whatever it creates or writes, and makes a first write to an unlabelled object beside no other",
};

export const concurrencyStatements = [putConflicts, putLoses, mergeConflicts, mergeLoses, death];
