import { acceptance, accepted, at, describe, equality, readyOf, refusal, uidOf, versionOf } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, skipped, verdict } from "../statement.ts";
import { Undecided } from "../undecided.ts";
import { reactionMs, type Tenant } from "../tenant.ts";

/** How objects go (platform.md §1.11, §7). */

/** An object that the platform's controllers hold by their finalizer: they put it on before they say anything. */
async function held(tenant: Tenant, word: string): Promise<string> {
  const name = await tenant.inert(word);
  await tenant.until(name, "the controllers' first word", (object) => readyOf(object) !== undefined);
  return name;
}

const answered: Statement = {
  id: "delete-answer",
  sentence: "DELETE is answered 200 with a Status that says Success, not with the object",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    const name = await tenant.inert("delete");
    await tenant.see(name);
    const answer = await tenant.remove(name);
    if (!answer.ok) return verdict(describe(answer));
    return verdict(
      equality("kind", answer.body["kind"], "Status"),
      equality("status", answer.body["status"], "Success"),
      equality("details.name", at(answer.body, "details", "name"), name),
    );
  },
  provider: "reads until the object is gone",
};

const lingers: Statement = {
  id: "delete-lingers",
  sentence:
    "a deleted object stays readable with deletionTimestamp until it is uninstalled; a second DELETE is accepted, or says that it is gone by then",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    const name = await held(tenant, "linger");
    await tenant.remove(name);
    const read = await tenant.read(name);
    if (!read.ok) return skipped("the platform had uninstalled it before it could be read");
    const second = await tenant.remove(name);
    return verdict(
      at(read.body, "metadata", "deletionTimestamp") === undefined ? "it carries no deletionTimestamp" : undefined,
      // Gone between two steps of the server, the answer is a 500 that says `not found` (platform.md §1.5).
      second.ok || second.error.code === "NotFound" ? undefined : describe(second),
      (await tenant.goes(name, reactionMs)) ? undefined : `it was still there after ${reactionMs / 1000} s`,
    );
  },
  provider: "waits for 404, and for the monitors to go",
};

const missing: Statement = {
  id: "delete-missing",
  sentence: "DELETE of a name that does not exist is answered 404",
  profiles: allProfiles,
  section: "1.5",
  run: async (tenant) => verdict(refusal(await tenant.remove(tenant.name("nope")), 404)),
  provider: "takes it for done",
};

const preconditions: Statement = {
  id: "delete-preconditions",
  sentence: "DELETE with a wrong uid and a wrong resourceVersion as preconditions deletes all the same",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("precond");
    await tenant.see(name);
    const wrong = { uid: "00000000-0000-0000-0000-000000000000", resourceVersion: "1" };
    const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: wrong };
    const answer = await tenant.remove(name, { body });
    const after = await tenant.read(name);
    const survives = after.ok && at(after.body, "metadata", "deletionTimestamp") === undefined;
    return verdict(acceptance(answer), survives ? "the object is still there" : undefined);
  },
  provider: "reads the uid right before it deletes",
};

const dropsFinalizer: Statement = {
  id: "write-while-deleting",
  sentence:
    "a write to an object that is being deleted drops its finalizer: it is gone at once, without being uninstalled",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const name = await held(tenant, "dropping");
      await tenant.remove(name);
      const write = await tenant.settled(() => tenant.merge(name, { spec: { host: "late.invalid" } }));
      if (!write.ok && write.error.code === "NotFound") continue;
      const after = await tenant.read(name);
      return verdict(
        acceptance(write),
        equality("the answer's uid", write.ok ? typeof uidOf(write.body) : "string", "string"),
        after.ok ? "it is still there" : refusal(after, 404),
      );
    }
    return skipped("the platform uninstalled faster than it could be written to");
  },
  provider: "writes to no object that is being deleted",
};

/** How long the controllers' own retries of an object that they refuse take to become rare, and how long a label is left alone. */
const calmMs = 10_000;
const labelledMs = 2_000;

const labelsDropIt: Statement = {
  id: "labels-drop-finalizer",
  sentence:
    "a write of labels alone drops the finalizer, and no controller hears of it: a DELETE then takes the object at once, without uninstalling it",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      // Nothing is ever rendered for it, so that nothing is orphaned.
      const name = await held(tenant, "labels");
      const label = (value: string) =>
        tenant.settled(() => tenant.merge(name, { metadata: { labels: { "conformance.example/label": value } } }));
      // The first patch stores the defaults as well, which is a change of the spec (platform.md §1.4).
      accepted(await label("defaults"), `labelling ${name}`);
      await tenant.clock.sleep(calmMs);
      const write = await label("alone");
      if (!write.ok) return verdict(acceptance(write));
      await tenant.clock.sleep(labelledMs);
      // Whoever put the finalizer back wrote: another version says nothing, whatever was written.
      if (versionOf(await tenant.see(name)) !== versionOf(write.body)) continue;
      const answer = await tenant.remove(name);
      const after = await tenant.read(name);
      return verdict(acceptance(answer), after.ok ? "it is still there" : refusal(after, 404));
    }
    throw new Undecided("the object was written to right after each change of its labels");
  },
  provider: "makes a neutral change of the spec first and waits for its result, where labels were written lately",
};

const anew: Statement = {
  id: "name-is-free-again",
  sentence: "a name is free again once its object is gone, and the new object has another uid",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    const name = await tenant.inert("anew");
    const before = uidOf(await tenant.see(name));
    await tenant.remove(name);
    if (!(await tenant.goes(name, reactionMs))) return verdict(`it was still there after ${reactionMs / 1000} s`);
    const again = await tenant.create(name, {});
    return verdict(acceptance(again), again.ok && uidOf(again.body) === before ? "it has the same uid" : undefined);
  },
  provider: "keeps the uid in the state and tells an object that was made anew from the one it made",
};

const collection: Statement = {
  id: "delete-collection",
  sentence: "clusters cannot be deleted together: 405",
  profiles: allProfiles,
  section: "1.1",
  run: async (tenant) => {
    const group = await tenant.call({ method: "GET", path: "/apis/apps.cozystack.io/v1alpha1" });
    // Where it were served it would delete: it is only sent where the server says that it is not.
    if (!group.ok || JSON.stringify(group.body).includes("deletecollection")) {
      return verdict(group.ok ? "deletecollection is among the verbs" : describe(group));
    }
    const nothing = `${tenant.prefix}-nothing`;
    const query = { labelSelector: `conformance.example/none=${nothing}`, fieldSelector: `metadata.name=${nothing}` };
    return verdict(refusal(await tenant.call({ method: "DELETE", path: tenant.clusters, query }), 405));
  },
  provider: "deletes one by one",
};

export const deletionStatements = [
  answered,
  lingers,
  missing,
  preconditions,
  dropsFinalizer,
  labelsDropIt,
  anew,
  collection,
];
