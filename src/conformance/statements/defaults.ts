import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { acceptance, accepted, at, equality, messagesOf } from "../answer.ts";
import { openApiPath, specSchema } from "../detect-profile.ts";
import { everywhere, type Statement, Undecided, verdict } from "../statement.ts";
import type { World } from "../world.ts";

/** Defaults are filled in on every answer and stored only by patches (platform.md §1.4, §7). */

/** A group that has nothing set, as it reads. */
const emptyGroup = (world: World): JsonObject => ({
  [world.profile === "1.1.2" ? "ephemeralStorage" : "diskSize"]: "20Gi",
  instanceType: "u1.medium",
  minReplicas: 0,
  maxReplicas: 10,
});

const specOf = async (world: World, word: string, spec: JsonObject) =>
  (await world.see(await world.inert(word, spec)))["spec"];

const onRead: Statement = {
  id: "defaults-on-read",
  sentence: "what was never set reads as the default that the schema names",
  profiles: everywhere,
  section: "1.4",
  run: async (world) => {
    const document = accepted(await world.call({ method: "GET", path: openApiPath }), "reading the OpenAPI document");
    const properties = at(specSchema(document, "Kubernetes"), "properties");
    const spec = await specOf(world, "defaults", {});
    for (const [key, schema] of Object.entries(isJsonObject(properties) ? properties : {})) {
      const standard = at(schema, "default");
      if (standard === undefined || key === "version") continue;
      const read = at(spec, key);
      const seen = isJsonObject(standard)
        ? isJsonObject(read)
          ? undefined
          : `spec.${key} is absent`
        : equality(`spec.${key}`, read, standard);
      if (seen !== undefined) return verdict(seen);
    }
    return verdict(
      equality("spec.controlPlane.replicas", at(spec, "controlPlane", "replicas"), 2),
      equality("spec.addons.certManager", at(spec, "addons", "certManager"), { enabled: false, valuesOverride: {} }),
    );
  },
  provider: "knows the same defaults, so that what nobody set never shows as a difference",
};

const inAnswer: Statement = {
  id: "defaults-in-answers",
  sentence: "the answer to a POST shows the defaults already",
  profiles: everywhere,
  section: "1.4",
  run: async (world) => {
    const body = accepted(await world.create(world.name("answer"), {}), "creating");
    return verdict(equality("spec.storageClass", at(body, "spec", "storageClass"), "replicated"));
  },
  provider: "does not take an answer for what is stored",
};

const wrongTypes: Statement = {
  id: "wrong-types-on-read",
  sentence: "a list or an object of the wrong type reads as its default, a null too",
  profiles: everywhere,
  section: "1.4",
  run: async (world) => {
    const spec = await specOf(world, "types", {
      nodeGroups: { web: { roles: "ingress-nginx" } },
      controlPlane: "large",
      host: null,
    });
    return verdict(
      equality("roles", at(spec, "nodeGroups", "web", "roles"), []),
      equality("controlPlane.replicas", at(spec, "controlPlane", "replicas"), 2),
      equality("host", at(spec, "host"), ""),
    );
  },
  provider: "never concludes from a read what is stored",
};

const phantom: Statement = {
  id: "node-groups-by-default",
  sentence: "a cluster without nodeGroups reads as if it had a group md0",
  profiles: ["1.1.2"],
  section: "3.4",
  run: async (world) => {
    const groups = at(await specOf(world, "phantom", {}), "nodeGroups");
    return verdict(equality("the groups", isJsonObject(groups) ? Object.keys(groups) : undefined, ["md0"]));
  },
  provider: "creates clusters with md0: null, so that nobody pays for machines that nobody asked for",
};

const noPhantom: Statement = {
  id: "node-groups-by-default",
  sentence: "a cluster without nodeGroups reads as having none",
  profiles: ["1.6.2"],
  section: "3.4",
  run: async (world) => verdict(equality("nodeGroups", at(await specOf(world, "phantom", {}), "nodeGroups"), {})),
  provider: "shows groups that the platform adds beside the declared ones as unmanaged",
};

const emptyGroups: Statement = {
  id: "empty-node-groups",
  sentence: "empty nodeGroups read as empty, and stay so whatever is patched",
  profiles: everywhere,
  section: "7",
  run: async (world) => {
    const name = await world.inert("nogroup", { nodeGroups: {} });
    const before = at(await world.see(name), "spec", "nodeGroups");
    const answer = await world.settled(() => world.merge(name, { spec: { host: `${world.prefix}.invalid` } }));
    const after = at(accepted(answer, "a merge patch"), "spec", "nodeGroups");
    return verdict(equality("nodeGroups", before, {}), equality("nodeGroups after a patch", after, {}));
  },
  provider: "does not take that for a cluster without machines: the monitors say what runs",
};

const sparse: Statement = {
  id: "sparse-group",
  sentence: "an empty group reads with a disk, an instance type and bounds, but without roles, gpus and resources",
  profiles: everywhere,
  section: "1.4",
  run: async (world) =>
    verdict(
      equality(
        "the group",
        at(await specOf(world, "sparse", { nodeGroups: { web: {} } }), "nodeGroups", "web"),
        emptyGroup(world),
      ),
    ),
  provider: "writes every group whole: the chart refuses one that only reads as if it were (platform.md §7.1)",
};

const nullGroup: Statement = {
  id: "null-group",
  sentence: "a group that is null reads as one that is empty: the two cannot be told apart",
  profiles: everywhere,
  section: "7",
  run: async (world) => {
    const groups = at(await specOf(world, "null", { nodeGroups: { md0: null, web: {} } }), "nodeGroups");
    return verdict(
      equality("md0", at(groups, "md0"), emptyGroup(world)),
      equality("md0 beside an empty group", at(groups, "md0"), at(groups, "web")),
    );
  },
  provider: "remembers in an annotation of its own that md0 is null",
};

const nullInPatch: Statement = {
  id: "null-group-in-patch",
  sentence: "a JSON Patch may set a group to null, and it reads as an empty one",
  profiles: everywhere,
  section: "7",
  run: async (world) => {
    const name = await world.inert("nullpatch", { nodeGroups: { web: {} } });
    const operations = [{ op: "add", path: "/spec/nodeGroups/md0", value: null }];
    const answer = await world.settled(() => world.patch(name, operations));
    return verdict(
      acceptance(answer),
      equality("md0", answer.ok ? at(answer.body, "spec", "nodeGroups", "md0") : null, emptyGroup(world)),
    );
  },
  provider: "says so again in each of its writes to such a cluster",
};

/** What the chart finds missing in the group `web`: the status quotes it, and so shows what is really stored. */
async function missingIn(world: World, name: string, before?: string): Promise<string> {
  const missing = (object: JsonObject) =>
    /at '\/nodeGroups\/web': (missing propert(?:y|ies) [^\n]*)/.exec(messagesOf(object))?.[1] ?? "nothing";
  const object = await world.until(
    name,
    "the chart's refusal of the group",
    (seen) => messagesOf(seen).includes("at '/version'") && missing(seen) !== before,
  );
  return missing(object);
}

const stored: Statement = {
  id: "post-stores-raw-patch-stores-defaults",
  sentence:
    "a POST stores what was sent, a patch of anything stores the defaults of everything: seen by what the chart misses",
  profiles: everywhere,
  section: "1.4",
  run: async (world) => {
    const name = await world.inert("stored", { nodeGroups: { web: {} } });
    const disk = world.profile === "1.1.2" ? "ephemeralStorage" : "diskSize";
    const raw = await missingIn(world, name);
    if (!raw.includes(`'${disk}'`)) return verdict(`after the POST the chart misses ${raw}, not ${disk}`);
    const answer = await world.settled(() => world.merge(name, { spec: { host: `${world.prefix}.invalid` } }));
    if (!answer.ok) throw new Undecided("the merge patch was refused");
    const patched = await missingIn(world, name, raw);
    return verdict(patched.includes(`'${disk}'`) ? `after the patch the chart still misses ${patched}` : undefined);
  },
  provider: "takes subtrees that it does not model and that equal the default out again in the same patch",
};

export const defaultStatements = [
  onRead,
  inAnswer,
  wrongTypes,
  phantom,
  noPhantom,
  emptyGroups,
  sparse,
  nullGroup,
  nullInPatch,
  stored,
];
