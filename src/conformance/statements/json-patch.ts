import type { Json } from "../../base/json.ts";
import { at, describe, equality, refusal, uidOf, versionOf } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";

/** JSON Patch: the only kind of write whose preconditions are checked on every platform (platform.md §7). */

const refused = /^the server rejected our request due to an error in our request$/;
const set: Json = { op: "add", path: "/spec/host", value: "patched.invalid" };

/** Undefined where the operations are refused with 422 and write nothing. */
async function refuses(tenant: Tenant, name: string, operations: readonly Json[]): Promise<string | undefined> {
  // The server reads the base of a patch from its cache: immediately after a create it can answer 404.
  await tenant.readCreated(name);
  const seen = refusal(await tenant.patch(name, [...operations, set]), 422, refused);
  return seen ?? equality("host after the refusal", at(await tenant.readCreated(name), "spec", "host"), "");
}

const failing = (id: string, sentence: string, operations: readonly Json[], provider: string): Statement => ({
  id,
  sentence,
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => verdict(await refuses(tenant, await tenant.createInert("patch"), operations)),
  provider,
});

const ownKey = failing(
  "json-patch-test-key",
  "a JSON Patch whose test of a key fails is refused with 422, and nothing of it is written",
  [{ op: "test", path: "/spec/storageClass", value: "conformance-another" }],
  "tests each own key as it was last read, so that a write based on a stale read is refused",
);

const uid = failing(
  "json-patch-test-uid",
  "a JSON Patch whose test of the uid fails is refused with 422, and nothing of it is written",
  [{ op: "test", path: "/metadata/uid", value: "00000000-0000-0000-0000-000000000000" }],
  "tests the uid in each write",
);

const version = failing(
  "json-patch-test-version",
  "a JSON Patch whose test of resourceVersion fails is refused with 422, and nothing of it is written",
  [{ op: "test", path: "/metadata/resourceVersion", value: "1" }],
  "does not use it: it would fail after every status update of a controller",
);

const removeMissing = failing(
  "json-patch-remove-missing",
  "a JSON Patch that removes a missing key is refused with 422, and nothing of it is written",
  [{ op: "remove", path: "/spec/nodeGroups/none" }],
  "creates its patches from a fresh read",
);

const addUnderMissing = failing(
  "json-patch-add-under-missing",
  "a JSON Patch that adds below a missing parent is refused with 422, and nothing of it is written",
  [{ op: "add", path: "/spec/nope/key", value: 1 }],
  "adds missing parents first",
);

const passing: Statement = {
  id: "json-patch-tests-hold",
  sentence: "a JSON Patch whose tests of uid and key succeed is written, including tests of defaulted keys",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.createInert("tested");
    const answer = await tenant.retryConflicts(async () => {
      const seen = await tenant.readCreated(name);
      return await tenant.patch(name, [
        { op: "test", path: "/metadata/uid", value: uidOf(seen) },
        { op: "test", path: "/spec/host", value: "" },
        set,
      ]);
    });
    if (!answer.ok) return verdict(describe(answer));
    return verdict(
      equality("host", at(answer.body, "spec", "host"), "patched.invalid"),
      versionOf(answer.body) === "undefined" ? "the answer has no resourceVersion" : undefined,
    );
  },
  provider: "writes in this way only",
};

export const jsonPatchStatements = [ownKey, uid, version, removeMissing, addUnderMissing, passing];
