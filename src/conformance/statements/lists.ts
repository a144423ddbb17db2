import { accepted, at, describe, equality, itemsOf, namesOf, refusal, versionOf } from "../answer.ts";
import { everywhere, type Statement, verdict } from "../statement.ts";
import { ownLabels, type Query, type World } from "../world.ts";

/** Lists and watches (platform.md §1.8, §7). */

const list = async (world: World, query: Query) =>
  accepted(await world.call({ method: "GET", path: world.clusters, query }), "listing");

/** Two objects with a label of their own, and its selector. */
async function pair(world: World, word: string) {
  const label = `conformance.example/${word}`;
  const metadata = { labels: { ...ownLabels, [label]: world.prefix } };
  const second = await world.inert(`${word}-b`, {}, { metadata });
  const first = await world.inert(`${word}-a`, {}, { metadata });
  for (const name of [first, second]) await world.see(name);
  return { names: [first, second], labelSelector: `${label}=${world.prefix}` };
}

const labelSelector: Statement = {
  id: "label-selector",
  sentence: "a label selector chooses by the labels that users set, and items come sorted by name",
  profiles: everywhere,
  section: "1.8",
  run: async (world) => {
    const { names, labelSelector } = await pair(world, "select");
    const absent = await list(world, { labelSelector: `conformance.example/none=${world.prefix}` });
    return verdict(
      equality("the chosen names", namesOf(await list(world, { labelSelector })), names),
      equality("names chosen by a label that nobody has", namesOf(absent), []),
    );
  },
  provider: "finds what it made by its own label",
};

const fieldSelector: Statement = {
  id: "field-selector",
  sentence: "a field selector chooses by metadata.name",
  profiles: everywhere,
  section: "1.8",
  run: async (world) => {
    const name = await world.inert("field");
    await world.see(name);
    return verdict(
      equality("the names", namesOf(await list(world, { fieldSelector: `metadata.name=${name}` })), [name]),
    );
  },
  provider: "reads single objects by their path",
};

const otherField: Statement = {
  id: "other-field-selector",
  sentence: "a selector of any other field is refused with 400",
  profiles: everywhere,
  section: "7",
  run: async (world) => {
    const query = { fieldSelector: "spec.host=x.invalid" };
    return verdict(refusal(await world.call({ method: "GET", path: world.clusters, query }), 400));
  },
  provider: "sends none",
};

const limit: Statement = {
  id: "list-without-paging",
  sentence: "limit is ignored: a list comes whole, without a token to continue",
  profiles: everywhere,
  section: "1.8",
  run: async (world) => {
    const { names, labelSelector } = await pair(world, "page");
    const page = await list(world, { labelSelector, limit: "1" });
    const token = at(page, "metadata", "continue");
    return verdict(
      equality("the names", namesOf(page), names),
      token === undefined || token === "" ? undefined : "there is a token to continue",
    );
  },
  provider: "reads lists whole",
};

const listKind: Statement = {
  id: "list-kind",
  sentence: "a list is a KubernetesList whose items name their own kind",
  profiles: everywhere,
  section: "7",
  run: async (world) => {
    const name = await world.inert("kinds");
    await world.see(name);
    const whole = await list(world, { fieldSelector: `metadata.name=${name}` });
    const items = whole["items"];
    const first = Array.isArray(items) ? items[0] : undefined;
    return verdict(
      equality("the list's kind", whole["kind"], "KubernetesList"),
      equality("an item's kind", at(first, "kind"), "Kubernetes"),
      equality("an item's apiVersion", at(first, "apiVersion"), "apps.cozystack.io/v1alpha1"),
    );
  },
  provider: "checks that a list is one before it believes that something is gone",
};

const listVersion: Statement = {
  id: "list-version",
  sentence: "the resourceVersion of a list is the highest among its items",
  profiles: everywhere,
  section: "1.8",
  run: async (world) => {
    await world.see(await world.inert("version"));
    const whole = await list(world, {});
    const highest = Math.max(...itemsOf(whole).map((item) => Number(versionOf(item))));
    return verdict(equality("metadata.resourceVersion", at(whole, "metadata", "resourceVersion"), String(highest)));
  },
  provider: "does not compare it with anything",
};

const afterCreate: Statement = {
  id: "read-after-create",
  sentence: "a read right after a create finds the object, ten times of ten",
  profiles: everywhere,
  section: "7",
  run: async (world) => {
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      const name = await world.inert("soon");
      const answer = await world.once({ method: "GET", path: `${world.clusters}/${name}` });
      if (!answer.ok) return verdict(`try ${attempt}: ${describe(answer)}`);
    }
    return verdict();
  },
  provider: "does not rely on it: behind two replicas a 404 after a create is asked again",
};

const watch: Statement = {
  id: "plain-watch",
  sentence: "a watch in plain JSON ends by itself, and may deliver nothing but the closing bookmark",
  profiles: ["1.6.2"],
  section: "7",
  run: async (world) => {
    await world.see(await world.inert("watch"));
    const query = { watch: "true", timeoutSeconds: "1", allowWatchBookmarks: "true" };
    const answer = await world.once({ method: "GET", path: world.clusters, query });
    // Several events are several lines, which are no JSON object together.
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
