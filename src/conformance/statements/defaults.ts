import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { acceptance, accepted, at, equality, messagesOf } from "../answer.ts";
import { openApiPath, specSchema } from "../detect-profile.ts";
import { allProfiles, groupsInSpec } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";
import { Undecided } from "../undecided.ts";

/** Defaults are added to every answer and stored by patches only (platform.md §1.4, §7). */

/** How a group without settings reads. */
const emptyGroup = (tenant: Tenant): JsonObject => ({
  [tenant.facts.diskField]: "20Gi",
  instanceType: "u1.medium",
  minReplicas: 0,
  maxReplicas: 10,
});

const specOf = async (tenant: Tenant, word: string, spec: JsonObject) =>
  (await tenant.readCreated(await tenant.createInert(word, spec)))["spec"];

const onRead: Statement = {
  id: "defaults-on-read",
  sentence: "a field that was never set reads as the default of the schema",
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
  provider: "knows the same defaults, so that unset fields never show as differences",
};

const inAnswer: Statement = {
  id: "defaults-in-answers",
  sentence: "the answer to a POST contains the defaults",
  profiles: allProfiles,
  section: "1.4",
  run: async (tenant) => {
    const body = accepted(await tenant.create(tenant.name("answer"), {}), "creating");
    return verdict(equality("spec.storageClass", at(body, "spec", "storageClass"), "replicated"));
  },
  provider: "does not treat an answer as the stored object",
};

const wrongTypes: Statement = {
  id: "wrong-types-on-read",
  sentence: "a null, and a list or an object of the wrong type, read as their default",
  profiles: groupsInSpec,
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
  provider: "does not infer the stored object from a read",
};

const implicitGroup: Statement = {
  id: "node-groups-by-default",
  sentence: "a cluster without nodeGroups reads as if it had a group md0",
  profiles: ["1.1.2"],
  section: "3.4",
  run: async (tenant) => {
    const groups = at(await specOf(tenant, "phantom", {}), "nodeGroups");
    return verdict(equality("the groups", isJsonObject(groups) ? Object.keys(groups) : undefined, ["md0"]));
  },
  provider: "creates clusters with md0: null, so that no undeclared machines are paid for",
};

const noImplicitGroup: Statement = {
  id: "node-groups-by-default",
  sentence: "a cluster without nodeGroups reads as having none",
  profiles: ["1.6.2"],
  section: "3.4",
  run: async (tenant) => verdict(equality("nodeGroups", at(await specOf(tenant, "phantom", {}), "nodeGroups"), {})),
  provider: "shows groups that the platform adds as unmanaged",
};

const ignoredGroups: Statement = {
  id: "node-groups-by-default",
  sentence: "a cluster has no nodeGroups, and those that are set are stored as they are, without effect",
  profiles: ["next"],
  section: "4",
  run: async (tenant) =>
    verdict(
      equality("nodeGroups", at(await specOf(tenant, "phantom", {}), "nodeGroups"), undefined),
      equality("the group", at(await specOf(tenant, "ignored", { nodeGroups: { web: {} } }), "nodeGroups", "web"), {}),
    ),
  provider:
    "reads and writes node groups as KubernetesNodes, and leaves what an upgrade of the platform has left there",
};

const emptyGroups: Statement = {
  id: "empty-node-groups",
  sentence: "empty nodeGroups read as empty, and stay empty after a patch of other fields",
  profiles: groupsInSpec,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("nogroup", { nodeGroups: {} });
    const before = at(await tenant.readCreated(name), "spec", "nodeGroups");
    const answer = await tenant.retryConflicts(() =>
      tenant.merge(name, { spec: { host: `${tenant.prefix}.invalid` } }),
    );
    const after = at(accepted(answer, "a merge patch"), "spec", "nodeGroups");
    return verdict(equality("nodeGroups", before, {}), equality("nodeGroups after a patch", after, {}));
  },
  provider: "does not treat that as a cluster without machines: the monitors show what runs",
};

const sparse: Statement = {
  id: "sparse-group",
  sentence: "an empty group reads with a disk, an instance type and bounds, but without roles, gpus and resources",
  profiles: groupsInSpec,
  section: "1.4",
  run: async (tenant) =>
    verdict(
      equality(
        "the group",
        at(await specOf(tenant, "sparse", { nodeGroups: { web: {} } }), "nodeGroups", "web"),
        emptyGroup(tenant),
      ),
    ),
  provider:
    "writes complete groups: the chart refuses an incomplete one, although it reads as complete (platform.md §7.1)",
};

const nullGroup: Statement = {
  id: "null-group",
  sentence: "a group that is null reads like an empty group",
  profiles: groupsInSpec,
  section: "7",
  run: async (tenant) => {
    const groups = at(await specOf(tenant, "null", { nodeGroups: { md0: null, web: {} } }), "nodeGroups");
    return verdict(
      equality("md0", at(groups, "md0"), emptyGroup(tenant)),
      equality("md0 beside an empty group", at(groups, "md0"), at(groups, "web")),
    );
  },
  provider: "records in its own annotation that md0 is null",
};

const nullInPatch: Statement = {
  id: "null-group-in-patch",
  sentence: "a JSON Patch can set a group to null, which reads like an empty group",
  profiles: groupsInSpec,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("nullpatch", { nodeGroups: { web: {} } });
    const operations = [{ op: "add", path: "/spec/nodeGroups/md0", value: null }];
    const answer = await tenant.retryConflicts(() => tenant.patch(name, operations));
    return verdict(
      acceptance(answer),
      equality("md0", answer.ok ? at(answer.body, "spec", "nodeGroups", "md0") : null, emptyGroup(tenant)),
    );
  },
  provider: "repeats it in each of its writes to such a cluster",
};

/** What the chart reports as missing in the group `web`: the status quotes it, which shows what is stored. */
async function missingIn(tenant: Tenant, name: string, before?: string): Promise<string> {
  const missing = (object: JsonObject) =>
    /at '\/nodeGroups\/web': (missing propert(?:y|ies) [^\n]*)/.exec(messagesOf(object))?.[1] ?? "nothing";
  const object = await tenant.waitUntil(
    name,
    "the chart's refusal of the group",
    (seen) => messagesOf(seen).includes("at '/version'") && missing(seen) !== before,
  );
  return missing(object);
}

const stored: Statement = {
  id: "post-stores-raw-patch-stores-defaults",
  sentence: "a POST stores what was sent; any patch stores all defaults: shown by what the chart reports as missing",
  profiles: groupsInSpec,
  section: "1.4",
  run: async (tenant) => {
    const name = await tenant.createInert("stored", { nodeGroups: { web: {} } });
    const disk = tenant.facts.diskField;
    const raw = await missingIn(tenant, name);
    if (!raw.includes(`'${disk}'`)) return verdict(`after the POST the chart reports as missing: ${raw}, not ${disk}`);
    const answer = await tenant.retryConflicts(() =>
      tenant.merge(name, { spec: { host: `${tenant.prefix}.invalid` } }),
    );
    if (!answer.ok) throw new Undecided("the merge patch was refused");
    const patched = await missingIn(tenant, name, raw);
    return verdict(
      patched.includes(`'${disk}'`) ? `after the patch the chart still reports as missing: ${patched}` : undefined,
    );
  },
  provider: "removes subtrees that it does not model and that equal the default in the same patch",
};

export const defaultStatements = [
  onRead,
  inAnswer,
  wrongTypes,
  implicitGroup,
  noImplicitGroup,
  ignoredGroups,
  emptyGroups,
  sparse,
  nullGroup,
  nullInPatch,
  stored,
];
