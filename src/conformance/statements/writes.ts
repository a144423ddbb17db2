import type { JsonObject } from "../../base/json.ts";
import { acceptance, at, describe, equality, refusal, versionOf } from "../answer.ts";
import { allProfiles, recentProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";
import { ownLabels, refusedVersion } from "../tenant-requests.ts";
import { Undecided } from "../undecided.ts";

/** PUT and merge patches, and which preconditions they check (platform.md §1.2, §1.5, §7). */

const conflict =
  /^failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.*the object has been modified/;
const wrongUid = "00000000-0000-0000-0000-000000000000";
const uidPrecondition = /Precondition failed: UID in precondition/;

/** A resourceVersion of the object that is no longer current. */
async function staleVersion(tenant: Tenant, name: string): Promise<string> {
  const stale = versionOf(await tenant.readCreated(name));
  const answer = await tenant.retryConflicts(() => tenant.merge(name, { spec: { host: "moved.invalid" } }));
  if (!answer.ok) throw new Undecided(`the intermediate write: ${describe(answer)}`);
  await tenant.waitUntil(name, "the intermediate write", (object) => versionOf(object) !== stale);
  return stale;
}

const guarded = (name: string, metadata: JsonObject) => ({ metadata: { name, labels: { ...ownLabels }, ...metadata } });

const current: Statement = {
  id: "put-current-version",
  sentence: "a PUT with the current resourceVersion replaces the whole spec",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const name = await tenant.createInert("put", { host: "before.invalid", nodeGroups: {} });
    const answer = await tenant.retryConflicts(async () =>
      tenant.replace(
        name,
        { storageClass: "after" },
        guarded(name, { resourceVersion: versionOf(await tenant.readCreated(name)) }),
      ),
    );
    if (!answer.ok) return verdict(describe(answer));
    return verdict(
      equality("host", at(answer.body, "spec", "host"), ""),
      equality("storageClass", at(answer.body, "spec", "storageClass"), "after"),
    );
  },
  provider: "does not use PUT: it would remove what others set",
};

const withoutVersion: Statement = {
  id: "put-without-version",
  sentence: "a PUT without resourceVersion is always accepted",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const name = await tenant.createInert("blind", { host: "before.invalid" });
    return verdict(acceptance(await tenant.retryConflicts(() => tenant.replace(name, {}))));
  },
  provider: "uses tests of the uid and of its own keys instead",
};

const staleRefused: Statement = {
  id: "stale-put",
  sentence: "a PUT with a stale resourceVersion is answered 500 with the text of a conflict",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("stale");
    const resourceVersion = await staleVersion(tenant, name);
    return verdict(refusal(await tenant.replace(name, {}, guarded(name, { resourceVersion })), 500, conflict));
  },
  provider: "recognises this 500 by its text, reads again and creates a new patch",
};

const staleAccepted: Statement = {
  id: "stale-put",
  sentence: "a PUT with a stale resourceVersion is accepted and overwrites later writes",
  profiles: recentProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("stale");
    const resourceVersion = await staleVersion(tenant, name);
    const answer = await tenant.retryConflicts(() => tenant.replace(name, {}, guarded(name, { resourceVersion })));
    return verdict(acceptance(answer), answer.ok ? equality("host", at(answer.body, "spec", "host"), "") : undefined);
  },
  provider:
    "does not rely on resourceVersion: it reads its keys back until they persist, and writes again where another writer reverted them",
};

const staleMergeRefused: Statement = {
  id: "stale-merge-patch",
  sentence: "a merge patch with a stale resourceVersion is answered 500 with the text of a conflict",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("stalemerge");
    const resourceVersion = await staleVersion(tenant, name);
    const patch = { metadata: { resourceVersion }, spec: { host: "late.invalid" } };
    return verdict(refusal(await tenant.merge(name, patch), 500, conflict));
  },
  provider: "sends no merge patches",
};

const staleMergeAccepted: Statement = {
  id: "stale-merge-patch",
  sentence: "a merge patch with a stale resourceVersion is accepted",
  profiles: recentProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("stalemerge");
    const resourceVersion = await staleVersion(tenant, name);
    const patch = { metadata: { resourceVersion }, spec: { host: "late.invalid" } };
    return verdict(acceptance(await tenant.retryConflicts(() => tenant.merge(name, patch))));
  },
  provider: "sends no merge patches",
};

const uidGuard: Statement = {
  id: "wrong-uid",
  sentence: "a wrong uid in a PUT or a merge patch is answered 500 with a failed precondition, and nothing is written",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("uid");
    const metadata = { uid: wrongUid };
    const put = await tenant.retryConflicts(() =>
      tenant.replace(name, { host: "put.invalid" }, guarded(name, metadata)),
    );
    const merge = await tenant.retryConflicts(() => tenant.merge(name, { metadata, spec: { host: "merge.invalid" } }));
    return verdict(
      refusal(put, 500, uidPrecondition),
      refusal(merge, 500, uidPrecondition),
      equality("host", at(await tenant.readCreated(name), "spec", "host"), ""),
    );
  },
  provider: "relies on the uid: a write never reaches an object that was recreated under the same name",
};

const missing: Statement = {
  id: "write-to-missing",
  sentence: "PUT, merge patch and JSON Patch of a name that does not exist are answered 404 and create nothing",
  profiles: allProfiles,
  section: "1.5",
  run: async (tenant) => {
    const name = tenant.name("nope");
    return verdict(
      refusal(await tenant.replace(name, {}), 404, /kuberneteses\.apps\.cozystack\.io ".*" not found/),
      refusal(await tenant.merge(name, { spec: {} }), 404),
      refusal(await tenant.patch(name, [{ op: "add", path: "/spec/host", value: "x.invalid" }]), 404),
      refusal(await tenant.read(name), 404),
    );
  },
  provider: "treats the object as deleted by another client",
};

const metadataReplaced: Statement = {
  id: "put-replaces-labels",
  sentence: "a PUT replaces all labels and annotations: those not in the body are removed",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const labels = { ...ownLabels, "conformance.example/kept": "no" };
    const name = await tenant.createInert(
      "labels",
      {},
      { metadata: { labels, annotations: { "conformance.example/note": "hi" } } },
    );
    const answer = await tenant.retryConflicts(() => tenant.replace(name, {}));
    if (!answer.ok) return verdict(describe(answer));
    return verdict(
      equality("the labels", at(answer.body, "metadata", "labels"), { ...ownLabels }),
      equality("the annotations", at(answer.body, "metadata", "annotations"), undefined),
    );
  },
  provider: "adds and removes single labels by JSON Patch",
};

const labelsRemoved: Statement = {
  id: "put-without-labels",
  sentence: "a PUT without labels removes all labels",
  profiles: allProfiles,
  section: "7",
  // Concurrent writes to unlabelled objects crash the API server.
  dangerous: true,
  run: async (tenant) => {
    const name = await tenant.createInert("bare");
    const answer = await tenant.retryConflicts(() => tenant.replace(name, {}, { metadata: { name, labels: {} } }));
    return verdict(
      acceptance(answer),
      answer.ok ? equality("the labels", at(answer.body, "metadata", "labels"), undefined) : undefined,
    );
  },
  provider: "sets its own label with its first write, and does not make such writes concurrently",
};

const metadataShown: Statement = {
  id: "metadata-shown",
  sentence:
    "labels and annotations read back unchanged; finalizers, generation, managedFields and owners are never shown",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const labels = { ...ownLabels, "conformance.example/a": "b" };
    const annotations = { "conformance.example/note": "hi" };
    const name = await tenant.createInert("meta", {}, { metadata: { labels, annotations } });
    const { metadata = null } = await tenant.readCreated(name);
    const hidden = ["finalizers", "generation", "managedFields", "ownerReferences", "deletionGracePeriodSeconds"];
    const shown = hidden.filter((key) => at(metadata, key) !== undefined);
    return verdict(
      equality("the labels", at(metadata, "labels"), labels),
      equality("the annotations", at(metadata, "annotations"), annotations),
      shown.length > 0 ? `shown: ${shown.join(", ")}` : undefined,
    );
  },
  provider: "waits for release numbers, because there is no generation",
};

const nothingChanged: Statement = {
  id: "patch-without-change",
  sentence: "a patch that changes nothing is accepted",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("same", { host: "same.invalid" });
    return verdict(
      acceptance(await tenant.retryConflicts(() => tenant.merge(name, { spec: { host: "same.invalid" } }))),
    );
  },
  provider: "does not send such a patch",
};

const mergeRemoves: Statement = {
  id: "merge-patch-null",
  sentence: "a null in a merge patch removes a group, and resets a field to its default",
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) => {
    const name = await tenant.createInert("mergenull", { host: "x.invalid", nodeGroups: { web: {}, ml: {} } });
    const answer = await tenant.retryConflicts(() =>
      tenant.merge(name, { spec: { host: null, nodeGroups: { ml: null } } }),
    );
    if (!answer.ok) return verdict(describe(answer));
    return verdict(
      equality("host", at(answer.body, "spec", "host"), ""),
      equality("the group", at(answer.body, "spec", "nodeGroups", "ml"), undefined),
    );
  },
  provider: "removes its own keys by JSON Patch",
};

const otherPatches: Statement = {
  id: "other-patches",
  sentence: "a forced server-side apply and a strategic merge patch are accepted and keep other keys",
  profiles: allProfiles,
  section: "1.7",
  run: async (tenant) => {
    const name = await tenant.createInert("apply", { storageClass: "kept" });
    const path = `${tenant.clusters}/${name}`;
    const object = { apiVersion: "apps.cozystack.io/v1alpha1", kind: "Kubernetes", metadata: { name }, spec: {} };
    const patch = (contentType: string, host: string, query: Readonly<Record<string, string>>, base: JsonObject) =>
      tenant.retryConflicts(() =>
        tenant.call({
          method: "PATCH",
          path,
          contentType,
          query,
          body: { ...base, spec: { version: refusedVersion, host } },
        }),
      );
    const query = { fieldManager: "conformance", force: "true" };
    for (const [contentType, host, answer] of [
      ["apply", "a.invalid", await patch("application/apply-patch+yaml", "a.invalid", query, object)],
      ["strategic merge", "s.invalid", await patch("application/strategic-merge-patch+json", "s.invalid", {}, {})],
    ] as const) {
      if (!answer.ok) return verdict(`${contentType}: ${describe(answer)}`);
      const seen =
        equality(`host after the ${contentType}`, at(answer.body, "spec", "host"), host) ??
        equality(`storageClass after the ${contentType}`, at(answer.body, "spec", "storageClass"), "kept");
      if (seen !== undefined) return verdict(seen);
    }
    return verdict();
  },
  provider: "sends neither: the platform tracks no field owners",
};

export const writeStatements = [
  current,
  withoutVersion,
  staleRefused,
  staleAccepted,
  staleMergeRefused,
  staleMergeAccepted,
  uidGuard,
  missing,
  metadataReplaced,
  labelsRemoved,
  metadataShown,
  nothingChanged,
  mergeRemoves,
  otherPatches,
];
