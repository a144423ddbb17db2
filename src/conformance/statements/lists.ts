import { accepted, at, describe, equality, itemsOf, namesOf, refusal, versionOf } from "../answer.ts";
import { allProfiles, recentProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";
import { ownLabels, type Query } from "../tenant-requests.ts";

/** Lists and watches (platform.md §1.8, §7). */

const list = async (tenant: Tenant, query: Query) =>
  accepted(await tenant.call({ method: "GET", path: tenant.clusters, query }), "listing");

/** Two objects with a common label, and the selector for it. */
async function pair(tenant: Tenant, word: string) {
  const label = `conformance.example/${word}`;
  const metadata = { labels: { ...ownLabels, [label]: tenant.prefix } };
  const second = await tenant.createInert(`${word}-b`, {}, { metadata });
  const first = await tenant.createInert(`${word}-a`, {}, { metadata });
  for (const name of [first, second]) await tenant.readCreated(name);
  return { names: [first, second], labelSelector: `${label}=${tenant.prefix}` };
}

const labelSelector: Statement = {
  id: "label-selector",
  sentence: "a label selector selects by the labels that users set, and items are sorted by name",
  profiles: allProfiles,
  section: "1.8",
  run: async (tenant) => {
    const { names, labelSelector } = await pair(tenant, "select");
    const absent = await list(tenant, { labelSelector: `conformance.example/none=${tenant.prefix}` });
    return verdict(
      equality("the selected names", namesOf(await list(tenant, { labelSelector })), names),
      equality("the names selected by an unused label", namesOf(absent), []),
    );
  },
  provider: "finds its own objects by its own label",
};

const fieldSelector: Statement = {
  id: "field-selector",
  sentence: "a field selector selects by metadata.name",
  profiles: allProfiles,
  section: "1.8",
  run: async (tenant) => {
    const name = await tenant.createInert("field");
    await tenant.readCreated(name);
    return verdict(
      equality("the names", namesOf(await list(tenant, { fieldSelector: `metadata.name=${name}` })), [name]),
    );
  },
  provider: "reads single objects by their path",
};

const otherField: Statement = {
  id: "other-field-selector",
  sentence: "a selector for any other field is refused with 400",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const query = { fieldSelector: "spec.host=x.invalid" };
    return verdict(refusal(await tenant.call({ method: "GET", path: tenant.clusters, query }), 400));
  },
  provider: "sends no such selector",
};

const limit: Statement = {
  id: "list-without-paging",
  sentence: "limit is ignored: a list is complete, without a continue token",
  profiles: allProfiles,
  section: "1.8",
  run: async (tenant) => {
    const { names, labelSelector } = await pair(tenant, "page");
    const page = await list(tenant, { labelSelector, limit: "1" });
    const token = at(page, "metadata", "continue");
    return verdict(
      equality("the names", namesOf(page), names),
      token === undefined || token === "" ? undefined : "there is a continue token",
    );
  },
  provider: "reads complete lists",
};

const listKind: Statement = {
  id: "list-kind",
  sentence: "a list is a KubernetesList whose items name their own kind",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("kinds");
    await tenant.readCreated(name);
    const whole = await list(tenant, { fieldSelector: `metadata.name=${name}` });
    const items = whole["items"];
    const first = Array.isArray(items) ? items[0] : undefined;
    return verdict(
      equality("the list's kind", whole["kind"], "KubernetesList"),
      equality("an item's kind", at(first, "kind"), "Kubernetes"),
      equality("an item's apiVersion", at(first, "apiVersion"), "apps.cozystack.io/v1alpha1"),
    );
  },
  provider: "checks that an answer is a list before it concludes that an object is gone",
};

const listVersion: Statement = {
  id: "list-version",
  sentence: "the resourceVersion of a list is the highest among its items",
  profiles: allProfiles,
  section: "1.8",
  run: async (tenant) => {
    await tenant.readCreated(await tenant.createInert("version"));
    const whole = await list(tenant, {});
    const highest = Math.max(...itemsOf(whole).map((item) => Number(versionOf(item))));
    return verdict(equality("metadata.resourceVersion", at(whole, "metadata", "resourceVersion"), String(highest)));
  },
  provider: "does not use it",
};

const afterCreate: Statement = {
  id: "read-after-create",
  sentence: "a read immediately after a create finds the object, ten times of ten",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      const name = await tenant.createInert("soon");
      const answer = await tenant.callOnce({ method: "GET", path: `${tenant.clusters}/${name}` });
      if (!answer.ok) return verdict(`try ${attempt}: ${describe(answer)}`);
    }
    return verdict();
  },
  provider: "does not rely on it: with two replicas a 404 after a create is retried",
};

const watch: Statement = {
  id: "plain-watch",
  sentence: "a watch in plain JSON ends by itself, and may deliver only the final bookmark",
  profiles: recentProfiles,
  section: "7",
  run: async (tenant) => {
    await tenant.readCreated(await tenant.createInert("watch"));
    const query = { watch: "true", timeoutSeconds: "1", allowWatchBookmarks: "true" };
    const answer = await tenant.callOnce({ method: "GET", path: tenant.clusters, query });
    // Several events are several lines, which together are not a JSON object.
    if (!answer.ok && answer.error.code === "Malformed") return verdict();
    return verdict(answer.ok ? equality("the event", answer.body["type"], "BOOKMARK") : describe(answer));
  },
  provider: "polls",
};

export const listStatements = [
  labelSelector,
  fieldSelector,
  otherField,
  limit,
  listKind,
  listVersion,
  afterCreate,
  watch,
];
