import { acceptance, accepted, at, describe, equality, readyOf, refusal, uidOf, versionOf } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, skipped, verdict } from "../statement.ts";
import { reactionMs, type Tenant } from "../tenant.ts";
import { Undecided } from "../undecided.ts";

/** Deletion (platform.md §1.11, §7). */

/** An object with the finalizer of the platform's controllers: they set it before the first condition. */
async function withFinalizer(tenant: Tenant, word: string): Promise<string> {
  const name = await tenant.createInert(word);
  await tenant.waitUntil(name, "the first condition", (object) => readyOf(object) !== undefined);
  return name;
}

const successAnswer: Statement = {
  id: "delete-answer",
  sentence: "DELETE is answered 200 with a Status that says Success, not with the object",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    const name = await tenant.createInert("delete");
    await tenant.readCreated(name);
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
    "a deleted object stays readable with a deletionTimestamp until it is uninstalled; a second DELETE is accepted, or answered with not found",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    const name = await withFinalizer(tenant, "linger");
    await tenant.remove(name);
    const read = await tenant.read(name);
    if (!read.ok) return skipped("the platform uninstalled it before it could be read");
    const second = await tenant.remove(name);
    return verdict(
      at(read.body, "metadata", "deletionTimestamp") === undefined ? "it has no deletionTimestamp" : undefined,
      // Gone between two steps of the server, the answer is a 500 that says `not found` (platform.md §1.5).
      second.ok || second.error.code === "NotFound" ? undefined : describe(second),
      (await tenant.isGoneWithin(name, reactionMs)) ? undefined : `it still existed after ${reactionMs / 1000} s`,
    );
  },
  provider: "waits for 404 and for the monitors to be deleted",
};

const missing: Statement = {
  id: "delete-missing",
  sentence: "DELETE of a name that does not exist is answered 404",
  profiles: allProfiles,
  section: "1.5",
  run: async (tenant) => verdict(refusal(await tenant.remove(tenant.name("nope")), 404)),
  provider: "treats it as deleted",
};

const preconditions: Statement = {
  id: "delete-preconditions",
  sentence: "DELETE ignores preconditions: a wrong uid and a wrong resourceVersion do not prevent it",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("precond");
    await tenant.readCreated(name);
    const wrong = { uid: "00000000-0000-0000-0000-000000000000", resourceVersion: "1" };
    const body = { apiVersion: "v1", kind: "DeleteOptions", preconditions: wrong };
    const answer = await tenant.remove(name, { body });
    const after = await tenant.read(name);
    const survives = after.ok && at(after.body, "metadata", "deletionTimestamp") === undefined;
    return verdict(acceptance(answer), survives ? "the object still exists" : undefined);
  },
  provider: "reads the uid immediately before it deletes",
};

const dropsFinalizer: Statement = {
  id: "write-while-deleting",
  sentence:
    "a write to an object that is being deleted removes its finalizer: the object is removed at once, without being uninstalled",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const name = await withFinalizer(tenant, "dropping");
      await tenant.remove(name);
      const write = await tenant.retryConflicts(() => tenant.merge(name, { spec: { host: "late.invalid" } }));
      if (!write.ok && write.error.code === "NotFound") continue;
      const after = await tenant.read(name);
      return verdict(
        acceptance(write),
        equality("the answer's uid", write.ok ? typeof uidOf(write.body) : "string", "string"),
        after.ok ? "it still exists" : refusal(after, 404),
      );
    }
    return skipped("the platform uninstalled it before it could be written to");
  },
  provider: "does not write to an object that is being deleted",
};

/** Until the controllers retry a refused object only rarely, and until a write of theirs would follow a change of labels. */
const calmMs = 10_000;
const labelledMs = 2_000;

const labelsDropIt: Statement = {
  id: "labels-drop-finalizer",
  sentence:
    "a write of labels only removes the finalizer, and no controller restores it: a DELETE then removes the object at once, without uninstalling it",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      // It is never rendered, so nothing is orphaned.
      const name = await withFinalizer(tenant, "labels");
      const label = (value: string) =>
        tenant.retryConflicts(() =>
          tenant.merge(name, { metadata: { labels: { "conformance.example/label": value } } }),
        );
      // The first patch stores the defaults as well, which is a change of the spec (platform.md §1.4).
      accepted(await label("defaults"), `labelling ${name}`);
      await tenant.clock.sleep(calmMs);
      const write = await label("alone");
      if (!write.ok) return verdict(acceptance(write));
      await tenant.clock.sleep(labelledMs);
      // A new version can mean that the finalizer was restored: then nothing can be concluded.
      if (versionOf(await tenant.readCreated(name)) !== versionOf(write.body)) continue;
      const answer = await tenant.remove(name);
      const after = await tenant.read(name);
      return verdict(acceptance(answer), after.ok ? "it still exists" : refusal(after, 404));
    }
    throw new Undecided("a controller wrote to the object after each change of its labels");
  },
  provider: "makes a neutral change of the spec first and waits for its result, where labels were changed recently",
};

const reusedName: Statement = {
  id: "name-is-free-again",
  sentence: "a name can be reused once its object is gone, and the new object has another uid",
  profiles: allProfiles,
  section: "1.11",
  run: async (tenant) => {
    const name = await tenant.createInert("reused");
    const before = uidOf(await tenant.readCreated(name));
    await tenant.remove(name);
    if (!(await tenant.isGoneWithin(name, reactionMs))) return verdict(`it still existed after ${reactionMs / 1000} s`);
    const again = await tenant.create(name, {});
    return verdict(acceptance(again), again.ok && uidOf(again.body) === before ? "it has the same uid" : undefined);
  },
  provider: "keeps the uid in the state and detects an object that was recreated",
};

const collection: Statement = {
  id: "delete-collection",
  sentence: "clusters cannot be deleted as a collection: 405",
  profiles: allProfiles,
  section: "1.1",
  run: async (tenant) => {
    const group = await tenant.call({ method: "GET", path: "/apis/apps.cozystack.io/v1alpha1" });
    // A server that serves it would delete: it is sent only where discovery does not list it.
    if (!group.ok || JSON.stringify(group.body).includes("deletecollection")) {
      return verdict(group.ok ? "deletecollection is among the verbs" : describe(group));
    }
    const nothing = `${tenant.prefix}-nothing`;
    const query = { labelSelector: `conformance.example/none=${nothing}`, fieldSelector: `metadata.name=${nothing}` };
    return verdict(refusal(await tenant.call({ method: "DELETE", path: tenant.clusters, query }), 405));
  },
  provider: "deletes one cluster at a time",
};

export const deletionStatements = [
  successAnswer,
  lingers,
  missing,
  preconditions,
  dropsFinalizer,
  labelsDropIt,
  reusedName,
  collection,
];
