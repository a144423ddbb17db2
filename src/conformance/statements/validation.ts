import { at, describe, equality, refusal } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";
import { ownLabels, refusedVersion } from "../tenant-requests.ts";

/** What the API validates in a write, and what it does not (platform.md §1.3, §7). */

const dnsLabel =
  /metadata\.name: Invalid value: .*a DNS-1035 label must consist of lower case alphanumeric characters or '-'/;

const nameRule: Statement = {
  id: "name-rule",
  sentence: "a name that is not a DNS-1035 label is refused with 422 and the rule",
  profiles: allProfiles,
  section: "1.3",
  run: async (tenant) => {
    const { prefix } = tenant;
    for (const name of [`${prefix}-A`, `9${prefix}`, `${prefix}.b`, `-${prefix}`, `${prefix}-`]) {
      const seen = refusal(await tenant.create(name, {}), 422, dnsLabel);
      if (seen !== undefined) return verdict(`"${name}": ${seen}`);
    }
    return verdict();
  },
  provider: "refuses such a name at plan time",
};

const emptyName: Statement = {
  id: "empty-name",
  sentence: "an empty name and generateName are refused with 422: a name is required",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const required = /metadata\.name: Required value: name is required/;
    const generated = { name: "", generateName: `${tenant.prefix}-` };
    return verdict(
      refusal(await tenant.create("", {}), 422, required),
      refusal(await tenant.create("", {}, { metadata: generated }), 422, required),
    );
  },
  provider: "requires a name",
};

const nameLength: Statement = {
  id: "name-length",
  sentence:
    "a name of the longest length (42 characters, 32 on the next version) is accepted, a longer one is refused with 422",
  profiles: allProfiles,
  section: "1.3",
  run: async (tenant) => {
    const base = tenant.name("long");
    const { longestName, nameRefusal } = tenant.facts;
    const tooLong = await tenant.create(`${base}${"a".repeat(longestName + 1 - base.length)}`, {});
    const longest = await tenant.create(`${base}${"b".repeat(longestName - base.length)}`, {});
    return verdict(refusal(tooLong, 422, nameRefusal), longest.ok ? undefined : describe(longest));
  },
  provider: "refuses longer names at plan time",
};

const duplicate: Statement = {
  id: "duplicate-name",
  sentence: "creating an existing name is answered 500 with the text `already exists`, not 409",
  profiles: allProfiles,
  section: "1.5",
  run: async (tenant) => {
    const name = await tenant.createInert("twice");
    const text =
      /^failed to create HelmRelease: helmreleases\.helm\.toolkit\.fluxcd\.io "kubernetes-.*" already exists$/;
    return verdict(refusal(await tenant.create(name, {}), 500, text));
  },
  provider:
    "recognises this 500 by its text, checks whether the object is its own from an earlier attempt, otherwise proposes an import",
};

const reservedKeys: Statement = {
  id: "reserved-keys",
  sentence: "a key of spec with a leading underscore is refused with 400, in POST and in PUT",
  profiles: allProfiles,
  section: "1.3",
  run: async (tenant) => {
    const text = /^values key "_x" is reserved \(keys starting with '_' are not allowed\)$/;
    const name = await tenant.createInert("reserved");
    return verdict(
      refusal(await tenant.create(tenant.name("underscore"), { _x: 1 }), 400, text),
      refusal(await tenant.retryConflicts(() => tenant.replace(name, { _x: 1 })), 400, text),
    );
  },
  provider: "never writes such keys",
};

const otherKind: Statement = {
  id: "other-kind-in-body",
  sentence: "a different kind in the body is refused with 400",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) =>
    verdict(
      refusal(
        await tenant.create(tenant.name("kind"), {}, { kind: "Postgres" }),
        400,
        /no kind "Postgres" is registered/,
      ),
    ),
  provider: "always sends the right kind",
};

const otherNames: Statement = {
  id: "other-name-in-body",
  sentence:
    "a different namespace in the body of a POST and a different name in the body of a PUT are refused with 400",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("named");
    const other = tenant.name("other");
    const metadata = { name: other, labels: { ...ownLabels } };
    return verdict(
      refusal(
        await tenant.create(other, {}, { metadata: { namespace: `tenant-${tenant.prefix}` } }),
        400,
        /the namespace of the provided object does not match/,
      ),
      refusal(
        await tenant.retryConflicts(() => tenant.replace(name, {}, { metadata })),
        400,
        /does not match the name on the URL/,
      ),
    );
  },
  provider: "takes both from the same ID",
};

const brokenBodies: Statement = {
  id: "broken-bodies",
  sentence: "a body that is not an object and a spec that is a string are refused with 400",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = tenant.name("broken");
    const object = {
      apiVersion: "apps.cozystack.io/v1alpha1",
      kind: "Kubernetes",
      metadata: { name, labels: { ...ownLabels } },
      spec: "x",
    };
    return verdict(
      refusal(await tenant.call({ method: "POST", path: tenant.clusters, body: "nothing" }), 400),
      refusal(await tenant.call({ method: "POST", path: tenant.clusters, body: object }), 400),
    );
  },
  provider: "never sends either",
};

const invalidSpec = (tenant: Tenant) => ({
  kamajiControlPlane: { replicas: 3 },
  storageClass: "conformance-nowhere",
  nodeGroups: { web: { minReplicas: "two", maxReplicas: -1, instanceType: "u9.huge", colour: "blue" } },
  host: `${tenant.prefix}.invalid`,
});

const noValidation: Statement = {
  id: "no-validation",
  sentence: "unknown keys, unknown versions, wrong types and impossible numbers are accepted and read back unchanged",
  profiles: allProfiles,
  section: "1.3",
  run: async (tenant) => {
    const sent = invalidSpec(tenant);
    const spec = (await tenant.readCreated(await tenant.createInert("nonsense", sent)))["spec"];
    const group = at(spec, "nodeGroups", "web");
    return verdict(
      equality("spec.version", at(spec, "version"), refusedVersion),
      equality("spec.kamajiControlPlane", at(spec, "kamajiControlPlane"), sent.kamajiControlPlane),
      equality("spec.storageClass", at(spec, "storageClass"), sent.storageClass),
      equality("the group's minReplicas", at(group, "minReplicas"), "two"),
      equality("the group's maxReplicas", at(group, "maxReplicas"), -1),
      equality("the group's unknown key", at(group, "colour"), "blue"),
    );
  },
  provider: "validates all of this at plan time",
};

export const validationStatements = [
  nameRule,
  emptyName,
  nameLength,
  duplicate,
  reservedKeys,
  otherKind,
  otherNames,
  brokenBodies,
  noValidation,
];
