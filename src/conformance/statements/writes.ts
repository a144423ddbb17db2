import type { JsonObject } from "../../base/json.ts";
import { acceptance, at, describe, equality, refusal, versionOf } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import { Undecided } from "../undecided.ts";
import { ownLabels, refusedVersion, type Tenant } from "../tenant.ts";

/** PUT and merge patches: what guards them and what does not (platform.md §1.2, §1.5, §7). */

const conflict =
  /^failed to update HelmRelease: Operation cannot be fulfilled on helmreleases.*the object has been modified/;
const wrongUid = "00000000-0000-0000-0000-000000000000";
const uidPrecondition = /Precondition failed: UID in precondition/;

/** A version of the object that is certainly no longer the current one. */
async function staleVersion(tenant: Tenant, name: string): Promise<string> {
  const stale = versionOf(await tenant.see(name));
  const answer = await tenant.settled(() => tenant.merge(name, { spec: { host: "moved.invalid" } }));
  if (!answer.ok) throw new Undecided(`a write between: ${describe(answer)}`);
  await tenant.until(name, "the write between", (object) => versionOf(object) !== stale);
  return stale;
}

const guarded = (name: string, metadata: JsonObject) => ({ metadata: { name, labels: { ...ownLabels }, ...metadata } });

const current: Statement = {
  id: "put-current-version",
  sentence: "a PUT with the current resourceVersion replaces spec as a whole",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const name = await tenant.inert("put", { host: "before.invalid", nodeGroups: {} });
    const answer = await tenant.settled(async () =>
      tenant.replace(
        name,
        { storageClass: "after" },
        guarded(name, { resourceVersion: versionOf(await tenant.see(name)) }),
      ),
    );
    if (!answer.ok) return verdict(describe(answer));
    return verdict(
      equality("host", at(answer.body, "spec", "host"), ""),
      equality("storageClass", at(answer.body, "spec", "storageClass"), "after"),
    );
  },
  provider: "does not use PUT: it would carry away what others set",
};

const withoutVersion: Statement = {
  id: "put-without-version",
  sentence: "a PUT without resourceVersion is accepted whatever was written before",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const name = await tenant.inert("blind", { host: "before.invalid" });
    return verdict(acceptance(await tenant.settled(() => tenant.replace(name, {}))));
  },
  provider: "guards each write by tests of uid and of its own keys instead",
};

const staleRefused: Statement = {
  id: "stale-put",
  sentence: "a PUT with a stale resourceVersion is answered 500 with the words of a conflict",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("stale");
    const resourceVersion = await staleVersion(tenant, name);
    return verdict(refusal(await tenant.replace(name, {}, guarded(name, { resourceVersion })), 500, conflict));
  },
  provider: "tells this 500 by its words, reads again and makes its patch anew",
};

const staleAccepted: Statement = {
  id: "stale-put",
  sentence: "a PUT with a stale resourceVersion is accepted and overwrites what was written since",
  profiles: ["1.6.2"],
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("stale");
    const resourceVersion = await staleVersion(tenant, name);
    const answer = await tenant.settled(() => tenant.replace(name, {}, guarded(name, { resourceVersion })));
    return verdict(acceptance(answer), answer.ok ? equality("host", at(answer.body, "spec", "host"), "") : undefined);
  },
  provider:
    "does not trust resourceVersion: it reads its keys back until they hold, and writes again if another undid them",
};

const staleMergeRefused: Statement = {
  id: "stale-merge-patch",
  sentence: "a merge patch with a stale resourceVersion in it is answered 500 with the words of a conflict",
  profiles: ["1.1.2"],
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("stalemerge");
    const resourceVersion = await staleVersion(tenant, name);
    const patch = { metadata: { resourceVersion }, spec: { host: "late.invalid" } };
    return verdict(refusal(await tenant.merge(name, patch), 500, conflict));
  },
  provider: "sends no merge patches",
};

const staleMergeAccepted: Statement = {
  id: "stale-merge-patch",
  sentence: "a merge patch with a stale resourceVersion in it is accepted",
  profiles: ["1.6.2"],
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("stalemerge");
    const resourceVersion = await staleVersion(tenant, name);
    const patch = { metadata: { resourceVersion }, spec: { host: "late.invalid" } };
    return verdict(acceptance(await tenant.settled(() => tenant.merge(name, patch))));
  },
  provider: "sends no merge patches",
};

const uidGuard: Statement = {
  id: "wrong-uid",
  sentence: "a wrong uid in a PUT or a merge patch is answered 500 with a failed precondition, and nothing is written",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("uid");
    const metadata = { uid: wrongUid };
    const put = await tenant.settled(() => tenant.replace(name, { host: "put.invalid" }, guarded(name, metadata)));
    const merge = await tenant.settled(() => tenant.merge(name, { metadata, spec: { host: "merge.invalid" } }));
    return verdict(
      refusal(put, 500, uidPrecondition),
      refusal(merge, 500, uidPrecondition),
      equality("host", at(await tenant.see(name), "spec", "host"), ""),
    );
  },
  provider: "relies on the uid: a write never reaches an object that was made anew under the old name",
};

const missing: Statement = {
  id: "write-to-missing",
  sentence: "PUT, merge patch and JSON Patch on a name that does not exist are answered 404 and create nothing",
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
  provider: "takes the object for deleted outside",
};

const metadataReplaced: Statement = {
  id: "put-replaces-labels",
  sentence: "a PUT replaces all labels and annotations: what the body leaves out is gone",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const labels = { ...ownLabels, "conformance.example/kept": "no" };
    const name = await tenant.inert(
      "labels",
      {},
      { metadata: { labels, annotations: { "conformance.example/note": "hi" } } },
    );
    const answer = await tenant.settled(() => tenant.replace(name, {}));
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
  sentence: "a PUT without labels leaves the object without any",
  profiles: allProfiles,
  section: "7",
  // An unlabelled object makes every write beside another unlabelled one deadly for the API server.
  dangerous: true,
  run: async (tenant) => {
    const name = await tenant.inert("bare");
    const answer = await tenant.settled(() => tenant.replace(name, {}, { metadata: { name, labels: {} } }));
    return verdict(
      acceptance(answer),
      answer.ok ? equality("the labels", at(answer.body, "metadata", "labels"), undefined) : undefined,
    );
  },
  provider: "puts its own label on with its first write, and makes no such write beside another",
};

const metadataShown: Statement = {
  id: "metadata-shown",
  sentence: "labels and annotations read as sent; finalizers, generation, managedFields and owners are never shown",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const labels = { ...ownLabels, "conformance.example/a": "b" };
    const annotations = { "conformance.example/note": "hi" };
    const name = await tenant.inert("meta", {}, { metadata: { labels, annotations } });
    const { metadata = null } = await tenant.see(name);
    const hidden = ["finalizers", "generation", "managedFields", "ownerReferences", "deletionGracePeriodSeconds"];
    const shown = hidden.filter((key) => at(metadata, key) !== undefined);
    return verdict(
      equality("the labels", at(metadata, "labels"), labels),
      equality("the annotations", at(metadata, "annotations"), annotations),
      shown.length > 0 ? `shown: ${shown.join(", ")}` : undefined,
    );
  },
  provider: "waits for release numbers, as there is no generation to wait for",
};

const nothingChanged: Statement = {
  id: "patch-without-change",
  sentence: "a patch that changes nothing is accepted",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("same", { host: "same.invalid" });
    return verdict(acceptance(await tenant.settled(() => tenant.merge(name, { spec: { host: "same.invalid" } }))));
  },
  provider: "does not send one",
};

const mergeRemoves: Statement = {
  id: "merge-patch-null",
  sentence: "a null in a merge patch takes a group away, and a default back to what it was",
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) => {
    const name = await tenant.inert("mergenull", { host: "x.invalid", nodeGroups: { web: {}, ml: {} } });
    const answer = await tenant.settled(() => tenant.merge(name, { spec: { host: null, nodeGroups: { ml: null } } }));
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
  sentence: "a forced server-side apply and a strategic merge patch are accepted and leave other keys alone",
  profiles: allProfiles,
  section: "1.7",
  run: async (tenant) => {
    const name = await tenant.inert("apply", { storageClass: "kept" });
    const path = `${tenant.clusters}/${name}`;
    const object = { apiVersion: "apps.cozystack.io/v1alpha1", kind: "Kubernetes", metadata: { name }, spec: {} };
    const patch = (contentType: string, host: string, query: Readonly<Record<string, string>>, base: JsonObject) =>
      tenant.settled(() =>
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
  provider: "sends neither: fields are owned by nobody here",
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
