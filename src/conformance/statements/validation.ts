import { at, describe, equality, refusal } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import { ownLabels, refusedVersion, type Tenant } from "../tenant.ts";

/** The few things a write is checked for, and the many that it is not (platform.md §1.3, §7). */

const dnsLabel =
  /metadata\.name: Invalid value: .*a DNS-1035 label must consist of lower case alphanumeric characters or '-'/;

const nameRule: Statement = {
  id: "name-rule",
  sentence: "a name that is no DNS-1035 label is refused with 422 and the rule",
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
  provider: "refuses such a name while planning",
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
  sentence: "a name of 42 characters is accepted, one of 43 is refused with 422",
  profiles: allProfiles,
  section: "1.3",
  run: async (tenant) => {
    const base = tenant.name("long");
    const tooLong = await tenant.create(`${base}${"a".repeat(43 - base.length)}`, {});
    const longest = await tenant.create(`${base}${"b".repeat(42 - base.length)}`, {});
    return verdict(
      refusal(tooLong, 422, /must be no more than 42 characters \(release prefix "kubernetes-"\)/),
      longest.ok ? undefined : describe(longest),
    );
  },
  provider: "refuses longer names while planning",
};

const duplicate: Statement = {
  id: "duplicate-name",
  sentence: "creating a name that exists is answered 500 with the words `already exists`, not 409",
  profiles: allProfiles,
  section: "1.5",
  run: async (tenant) => {
    const name = await tenant.inert("twice");
    const text =
      /^failed to create HelmRelease: helmreleases\.helm\.toolkit\.fluxcd\.io "kubernetes-.*" already exists$/;
    return verdict(refusal(await tenant.create(name, {}), 500, text));
  },
  provider:
    "tells this 500 by its words, looks whether the object is its own from an earlier attempt, else proposes import",
};

const reservedKeys: Statement = {
  id: "reserved-keys",
  sentence: "a key of spec that begins with an underscore is refused with 400, in POST and in PUT",
  profiles: allProfiles,
  section: "1.3",
  run: async (tenant) => {
    const text = /^values key "_x" is reserved \(keys starting with '_' are not allowed\)$/;
    const name = await tenant.inert("reserved");
    return verdict(
      refusal(await tenant.create(tenant.name("underscore"), { _x: 1 }), 400, text),
      refusal(await tenant.settled(() => tenant.replace(name, { _x: 1 })), 400, text),
    );
  },
  provider: "never writes such keys",
};

const otherKind: Statement = {
  id: "other-kind-in-body",
  sentence: "another kind in the body is refused with 400",
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
  provider: "always names the kind itself",
};

const otherNames: Statement = {
  id: "other-name-in-body",
  sentence: "another namespace in the body of a POST and another name in that of a PUT are refused with 400",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("named");
    const other = tenant.name("other");
    const metadata = { name: other, labels: { ...ownLabels } };
    return verdict(
      refusal(
        await tenant.create(other, {}, { metadata: { namespace: `tenant-${tenant.prefix}` } }),
        400,
        /the namespace of the provided object does not match/,
      ),
      refusal(
        await tenant.settled(() => tenant.replace(name, {}, { metadata })),
        400,
        /does not match the name on the URL/,
      ),
    );
  },
  provider: "takes both from one place",
};

const brokenBodies: Statement = {
  id: "broken-bodies",
  sentence: "a body that is no object and a spec that is a string are refused with 400",
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
  provider: "sends neither",
};

const nonsense = (tenant: Tenant) => ({
  kamajiControlPlane: { replicas: 3 },
  storageClass: "conformance-nowhere",
  nodeGroups: { web: { minReplicas: "two", maxReplicas: -1, instanceType: "u9.huge", colour: "blue" } },
  host: `${tenant.prefix}.invalid`,
});

const noValidation: Statement = {
  id: "no-validation",
  sentence: "unknown keys, unknown versions, wrong types and impossible numbers are accepted and read back as sent",
  profiles: allProfiles,
  section: "1.3",
  run: async (tenant) => {
    const sent = nonsense(tenant);
    const spec = (await tenant.see(await tenant.inert("nonsense", sent)))["spec"];
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
  provider: "checks all of this itself while planning",
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
