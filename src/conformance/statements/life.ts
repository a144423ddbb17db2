import type { Json, JsonObject } from "../../base/json.ts";
import { accepted, at, describe, equality, itemsOf, messagesOf, readyOf, refusal, releaseNumber } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, skipped, verdict } from "../statement.ts";
import { reactionMs, type Tenant } from "../tenant.ts";
import { Undecided } from "../undecided.ts";

/** The lifecycle of an installed cluster: its status after each write (platform.md §7.1). */

/** Longest upgrade of a cluster without machines. */
const upgradeMs = 10 * 60_000;
/** How long a status that does not change is observed. */
const staysMs = 12_000;

const isUp = (object: JsonObject) => readyOf(object)?.status === "True";
const isRefused = (object: JsonObject) => readyOf(object)?.status === "False";

const write = async (tenant: Tenant, name: string, ...operations: readonly Json[]) =>
  accepted(
    await tenant.retryConflicts(() => tenant.patch(name, [...operations, ...tenant.facts.keepWithoutMachines])),
    `writing ${name}`,
  );

/** The installed cluster with its latest write carried out, and the number of its Helm release. @throws Undecided */
async function settledCluster(tenant: Tenant): Promise<{ name: string; before: number }> {
  const name = await tenant.installedCluster();
  const object = await tenant.waitUntil(name, "Ready=True", isUp, upgradeMs);
  const before = releaseNumber(object);
  if (before === undefined) throw new Undecided(`no release number in: ${readyOf(object)?.message ?? "no message"}`);
  return { name, before };
}

const upgraded = (tenant: Tenant, name: string, before: number) =>
  tenant.waitUntil(name, `a release above v${before}`, (object) => (releaseNumber(object) ?? 0) > before, upgradeMs);

let counter = 0;
/** A change of the stored values that renders nothing else: values of an add-on that is off. */
const neutralChange = (): Json => ({
  op: "add",
  path: "/spec/addons/velero/valuesOverride",
  value: { conformance: ++counter },
});

const installed: Statement = {
  id: "install",
  sentence: "an install ends in Ready=True, whose message names the Helm release as .v1",
  profiles: allProfiles,
  section: "7.1",
  needsCluster: true,
  run: async (tenant) => {
    const object = await tenant.readCreated(await tenant.installedCluster());
    const ready = readyOf(object);
    return verdict(
      equality("the reason", ready?.reason, "InstallSucceeded"),
      equality("the release number", releaseNumber(object), 1),
      typeof at(object, "status", "version") === "string" ? undefined : "status.version, the chart's, is absent",
    );
  },
  provider:
    "waits for a release number above the one before its write, then for the control plane, then for the kubeconfig",
};

const secret: Statement = {
  id: "admin-kubeconfig",
  sentence: "the admin kubeconfig is the tenantsecret kubernetes-<name>-admin-kubeconfig with its four keys",
  profiles: allProfiles,
  section: "2.1",
  needsCluster: true,
  run: async (tenant) => {
    const name = await tenant.installedCluster();
    const core = `/apis/core.cozystack.io/v1alpha1/namespaces/${tenant.namespace}/tenantsecrets`;
    const deadline = tenant.clock.now() + upgradeMs;
    for (;;) {
      const answer = await tenant.call({ method: "GET", path: `${core}/kubernetes-${name}-admin-kubeconfig` });
      if (answer.ok || answer.error.code !== "NotFound" || tenant.clock.now() >= deadline) {
        if (!answer.ok) return verdict(describe(answer));
        const keys = Object.keys((at(answer.body, "data") ?? {}) as JsonObject).sort();
        return verdict(equality("the keys", keys, ["admin.conf", "admin.svc", "super-admin.conf", "super-admin.svc"]));
      }
      await tenant.clock.sleep(2_000);
    }
  },
  provider: "reads admin.conf, stores it only on request, and falls back to the secret of that name",
};

const monitorsOf = async (tenant: Tenant, name: string) =>
  itemsOf(accepted(await tenant.call({ method: "GET", path: tenant.monitors }), "listing monitors")).filter(
    (monitor) => {
      const named = String(at(monitor, "metadata", "name"));
      return named === `kubernetes-${name}` || named.startsWith(`kubernetes-${name}-`);
    },
  );

const monitor: Statement = {
  id: "control-plane-monitor",
  sentence: "the monitor kubernetes-<name>, of type control-plane, counts the replicas of the control plane",
  profiles: allProfiles,
  section: "5.1",
  needsCluster: true,
  run: async (tenant) => {
    const name = await tenant.installedCluster();
    const found = (await monitorsOf(tenant, name)).find((one) => at(one, "metadata", "name") === `kubernetes-${name}`);
    return verdict(
      found === undefined ? "there is no such monitor" : undefined,
      equality("spec.type", at(found, "spec", "type"), "control-plane"),
      typeof at(found, "status", "availableReplicas") === "number" ? undefined : "it has no availableReplicas",
    );
  },
  provider: "treats the control plane as ready with one available replica, and finds monitors by their exact names",
};

const noImplicitGroup: Statement = {
  id: "md0-null-installs-none",
  sentence: "md0: null prevents the implicit group: there is no monitor of a group",
  profiles: ["1.1.2"],
  section: "7",
  needsCluster: true,
  run: async (tenant) => {
    const name = await tenant.installedCluster();
    const groups = (await monitorsOf(tenant, name)).filter((one) => at(one, "spec", "type") === "worker");
    return verdict(
      groups.length > 0
        ? `monitors: ${groups.map((one) => String(at(one, "metadata", "name"))).join(", ")}`
        : undefined,
    );
  },
  provider: "repeats md0: null in every write to a cluster that it created without md0",
};

const numbers: Statement = {
  id: "release-numbers-grow",
  sentence: "each write that changes the stored values increases the release number by one",
  profiles: allProfiles,
  section: "7.1",
  needsCluster: true,
  run: async (tenant) => {
    const { name, before } = await settledCluster(tenant);
    for (let expected = before + 1; expected <= before + 2; expected += 1) {
      await write(tenant, name, neutralChange());
      const seen = releaseNumber(await upgraded(tenant, name, expected - 1));
      if (seen !== expected) return verdict(`v${String(seen)} followed v${expected - 1}`);
    }
    return verdict();
  },
  provider: "uses the number to detect that a write was carried out",
};

const staleStatus: Statement = {
  id: "status-stale-after-write",
  sentence: "immediately after a write the status is still the old one: Ready=True with the previous release number",
  profiles: allProfiles,
  section: "7.1",
  needsCluster: true,
  run: async (tenant) => {
    const { name, before } = await settledCluster(tenant);
    const answered = await write(tenant, name, neutralChange());
    const seen = verdict(equality("the release number in the answer", releaseNumber(answered), before));
    await upgraded(tenant, name, before);
    return seen;
  },
  provider: "ignores Ready until the number has increased",
};

/** A value that every chart refuses before it renders anything. */
const fault: Json = { op: "add", path: "/spec/controlPlane/replicas", value: "two" };
const repair: Json = { op: "add", path: "/spec/controlPlane/replicas", value: 2 };

async function breakCluster(tenant: Tenant, name: string, before: number): Promise<JsonObject> {
  // A patch stores all defaults, so the repair later restores exactly the deployed values.
  await write(tenant, name, neutralChange());
  await upgraded(tenant, name, before);
  await write(tenant, name, fault);
  return await tenant.waitUntil(name, "the refusal", isRefused, reactionMs);
}

const refused: Statement = {
  id: "refusal-names-the-place",
  sentence: "the API accepts values that the chart refuses; then Ready=False names each by a JSON pointer into spec",
  profiles: allProfiles,
  section: "7.1",
  run: async (tenant) => {
    const name = await tenant.createInert("refused", { controlPlane: { replicas: "two" } });
    const object = await tenant.waitUntil(name, "the refusal", (seen) => messagesOf(seen).includes("at '/version'"));
    const text = messagesOf(object);
    return verdict(
      text.includes("values don't meet the specifications of the schema(s)") ? undefined : text,
      text.includes("- at '/controlPlane/replicas': got string, want integer") ? undefined : text,
      text.includes("- at '/version': value must be one of 'v1.") ? undefined : text,
    );
  },
  provider: "maps the pointer to the attribute that caused it, and fails at once with this message",
};

const conditionFields: Statement = {
  id: "condition-fields",
  sentence: "a condition has type, status, reason, message and lastTransitionTime, but no observedGeneration",
  profiles: allProfiles,
  section: "1.2",
  run: async (tenant) => {
    const name = await tenant.createInert("condition");
    const object = await tenant.waitUntil(name, "a condition", (seen) => readyOf(seen) !== undefined);
    const conditions = at(object, "status", "conditions");
    const keys = (Array.isArray(conditions) ? conditions : []).map((one) => Object.keys(one as JsonObject).sort());
    const expected = ["lastTransitionTime", "message", "reason", "status", "type"];
    return verdict(equality("the keys of the first condition", keys[0], expected));
  },
  provider: "recognises new results by release numbers, and new failures by lastTransitionTime",
};

const staysBroken: Statement = {
  id: "repaired-stays-broken",
  sentence:
    "a cluster whose refused values are reverted stays Ready=False with the old message (helm-controller 1.5 may clear it), until a neutral change follows",
  profiles: allProfiles,
  section: "7.1",
  needsCluster: true,
  run: async (tenant) => {
    const { name, before } = await settledCluster(tenant);
    const broken = await breakCluster(tenant, name, before);
    const refusalText = /at '\/controlPlane\/replicas'/;
    if (!refusalText.test(messagesOf(broken))) return verdict(messagesOf(broken));
    await write(tenant, name, repair);
    const deadline = tenant.clock.now() + staysMs;
    let recovered: string | undefined;
    while (tenant.clock.now() < deadline && recovered === undefined) {
      const object = await tenant.readCreated(name);
      if (isUp(object)) recovered = `it became Ready without a change: ${readyOf(object)?.message ?? ""}`;
      else await tenant.clock.sleep(1_000);
    }
    if (recovered !== undefined) return verdict(tenant.facts.repairMayClearFailure ? undefined : recovered);
    await write(tenant, name, { op: "remove", path: "/spec/host" });
    const after = await upgraded(tenant, name, before + 1);
    return verdict(equality("the release number", releaseNumber(after), before + 2));
  },
  provider: "makes one neutral change when no result follows its write, and reports it in a warning",
};

const uninstall: Statement = {
  id: "uninstall",
  sentence:
    "a deleted cluster keeps its status and its deletionTimestamp; its monitors are deleted first, then the object",
  profiles: allProfiles,
  section: "7.1",
  needsCluster: true,
  run: async (tenant) => {
    const { name } = await settledCluster(tenant);
    const answer = await tenant.remove(name);
    const read = await tenant.read(name);
    if (!read.ok) return skipped("the platform uninstalled it before it could be read");
    const gone = await tenant.isGoneWithin(name, 30 * 60_000);
    const left = await monitorsOf(tenant, name);
    return verdict(
      answer.ok ? undefined : refusal(answer, 200),
      at(read.body, "metadata", "deletionTimestamp") === undefined ? "it has no deletionTimestamp" : undefined,
      isUp(read.body) ? undefined : `its status is ${JSON.stringify(readyOf(read.body) ?? null)}`,
      gone ? undefined : "it still existed after half an hour",
      left.length > 0
        ? `monitors left over: ${left.map((one) => String(at(one, "metadata", "name"))).join(", ")}`
        : undefined,
    );
  },
  provider: "waits for the object and its monitors, and names what blocks the deletion",
};

/** The last statement deletes the cluster that the others share. */
export const lifeStatements = [
  refused,
  conditionFields,
  installed,
  secret,
  monitor,
  noImplicitGroup,
  numbers,
  staleStatus,
  staysBroken,
  uninstall,
];
