import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { acceptance, accepted, at, equality, messagesOf } from "../answer.ts";
import { openApiPath, specSchema } from "../detect-profile.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import { Undecided } from "../undecided.ts";
import type { Tenant } from "../tenant.ts";

/** Defaults are filled in on every answer and stored only by patches (platform.md §1.4, §7). */

/** A group that has nothing set, as it reads. */
const emptyGroup = (tenant: Tenant): JsonObject => ({
  [tenant.facts.diskField]: "20Gi",
  instanceType: "u1.medium",
  minReplicas: 0,
  maxReplicas: 10,
});

const specOf = async (tenant: Tenant, word: string, spec: JsonObject) =>
  (await tenant.see(await tenant.inert(word, spec)))["spec"];

const onRead: Statement = {
  id: "defaults-on-read",
  sentence: "what was never set reads as the default that the schema names",
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) => {
    const document = accepted(await tenant.call({ method: "GET", path: openApiPath }), "reading the OpenAPI document");
    const properties = at(specSchema(document, "Kubernetes"), "properties");
    const spec = await specOf(tenant, "defaults", {});
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
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) => {
    const body = accepted(await tenant.create(tenant.name("answer"), {}), "creating");
    return verdict(equality("spec.storageClass", at(body, "spec", "storageClass"), "replicated"));
  },
  provider: "does not take an answer for what is stored",
};

const wrongTypes: Statement = {
  id: "wrong-types-on-read",
  sentence: "a list or an object of the wrong type reads as its default, a null too",
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) => {
    const spec = await specOf(tenant, "types", {
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
  run: async (tenant) => {
    const groups = at(await specOf(tenant, "phantom", {}), "nodeGroups");
    return verdict(equality("the groups", isJsonObject(groups) ? Object.keys(groups) : undefined, ["md0"]));
  },
  provider: "creates clusters with md0: null, so that nobody pays for machines that nobody asked for",
};

const noPhantom: Statement = {
  id: "node-groups-by-default",
  sentence: "a cluster without nodeGroups reads as having none",
  profiles: ["1.6.2"],
  section: "3.4",
  run: async (tenant) => verdict(equality("nodeGroups", at(await specOf(tenant, "phantom", {}), "nodeGroups"), {})),
  provider: "shows groups that the platform adds beside the declared ones as unmanaged",
};

const emptyGroups: Statement = {
  id: "empty-node-groups",
  sentence: "empty nodeGroups read as empty, and stay so whatever is patched",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("nogroup", { nodeGroups: {} });
    const before = at(await tenant.see(name), "spec", "nodeGroups");
    const answer = await tenant.settled(() => tenant.merge(name, { spec: { host: `${tenant.prefix}.invalid` } }));
    const after = at(accepted(answer, "a merge patch"), "spec", "nodeGroups");
    return verdict(equality("nodeGroups", before, {}), equality("nodeGroups after a patch", after, {}));
  },
  provider: "does not take that for a cluster without machines: the monitors say what runs",
};

const sparse: Statement = {
  id: "sparse-group",
  sentence: "an empty group reads with a disk, an instance type and bounds, but without roles, gpus and resources",
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) =>
    verdict(
      equality(
        "the group",
        at(await specOf(tenant, "sparse", { nodeGroups: { web: {} } }), "nodeGroups", "web"),
        emptyGroup(tenant),
      ),
    ),
  provider: "writes every group whole: the chart refuses one that only reads as if it were (platform.md §7.1)",
};

const nullGroup: Statement = {
  id: "null-group",
  sentence: "a group that is null reads as one that is empty: the two cannot be told apart",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const groups = at(await specOf(tenant, "null", { nodeGroups: { md0: null, web: {} } }), "nodeGroups");
    return verdict(
      equality("md0", at(groups, "md0"), emptyGroup(tenant)),
      equality("md0 beside an empty group", at(groups, "md0"), at(groups, "web")),
    );
  },
  provider: "remembers in an annotation of its own that md0 is null",
};

const nullInPatch: Statement = {
  id: "null-group-in-patch",
  sentence: "a JSON Patch may set a group to null, and it reads as an empty one",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("nullpatch", { nodeGroups: { web: {} } });
    const operations = [{ op: "add", path: "/spec/nodeGroups/md0", value: null }];
    const answer = await tenant.settled(() => tenant.patch(name, operations));
    return verdict(
      acceptance(answer),
      equality("md0", answer.ok ? at(answer.body, "spec", "nodeGroups", "md0") : null, emptyGroup(tenant)),
    );
  },
  provider: "says so again in each of its writes to such a cluster",
};

/** What the chart finds missing in the group `web`: the status quotes it, and so shows what is really stored. */
async function missingIn(tenant: Tenant, name: string, before?: string): Promise<string> {
  const missing = (object: JsonObject) =>
    /at '\/nodeGroups\/web': (missing propert(?:y|ies) [^\n]*)/.exec(messagesOf(object))?.[1] ?? "nothing";
  const object = await tenant.until(
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
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) => {
    const name = await tenant.inert("stored", { nodeGroups: { web: {} } });
    const disk = tenant.facts.diskField;
    const raw = await missingIn(tenant, name);
    if (!raw.includes(`'${disk}'`)) return verdict(`after the POST the chart misses ${raw}, not ${disk}`);
    const answer = await tenant.settled(() => tenant.merge(name, { spec: { host: `${tenant.prefix}.invalid` } }));
    if (!answer.ok) throw new Undecided("the merge patch was refused");
    const patched = await missingIn(tenant, name, raw);
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
