import type { Json } from "../../base/json.ts";
import { at, describe, equality, refusal, uidOf, versionOf } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";
import type { Tenant } from "../tenant.ts";

/** JSON Patch: the one vehicle whose preconditions hold on every platform (platform.md §7). */

const refused = /^the server rejected our request due to an error in our request$/;
const set: Json = { op: "add", path: "/spec/host", value: "patched.invalid" };

/** Nothing where the operations are refused with 422 and wrote nothing. */
async function refuses(tenant: Tenant, name: string, operations: readonly Json[]): Promise<string | undefined> {
  // The base of a patch is read from the server's cache: right after a create it may not be there yet, and the answer is 404.
  await tenant.see(name);
  const seen = refusal(await tenant.patch(name, [...operations, set]), 422, refused);
  return seen ?? equality("host after the refusal", at(await tenant.see(name), "spec", "host"), "");
}

const failing = (id: string, sentence: string, operations: readonly Json[], provider: string): Statement => ({
  id,
  sentence,
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => verdict(await refuses(tenant, await tenant.inert("patch"), operations)),
  provider,
});

const ownKey = failing(
  "json-patch-test-key",
  "a JSON Patch whose test of a key fails is refused with 422, and nothing of it is written",
  [{ op: "test", path: "/spec/storageClass", value: "conformance-another" }],
  "tests each own key as it was last seen, so that a write based on an old read cannot win",
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
  "does not need it: it would fail on every status that a controller writes",
);

const removeMissing = failing(
  "json-patch-remove-missing",
  "a JSON Patch that removes a key that is not there is refused with 422, and nothing of it is written",
  [{ op: "remove", path: "/spec/nodeGroups/none" }],
  "makes its patches from a fresh read",
);

const addUnderMissing = failing(
  "json-patch-add-under-missing",
  "a JSON Patch that adds under a parent that is not there is refused with 422, and nothing of it is written",
  [{ op: "add", path: "/spec/nope/key", value: 1 }],
  "adds missing parents first",
);

const passing: Statement = {
  id: "json-patch-tests-hold",
  sentence: "a JSON Patch whose tests of uid and key hold is written, tests of defaulted keys included",
  profiles: allProfiles,
  section: "7",
  run: async (tenant) => {
    const name = await tenant.inert("tested");
    const answer = await tenant.settled(async () => {
      const seen = await tenant.see(name);
      return await tenant.patch(name, [
        { op: "test", path: "/metadata/uid", value: uidOf(seen) },
        { op: "test", path: "/spec/host", value: "" },
        set,
      ]);
    });
    if (!answer.ok) return verdict(describe(answer));
    return verdict(
      equality("host", at(answer.body, "spec", "host"), "patched.invalid"),
      versionOf(answer.body) === "undefined" ? "the answer carries no resourceVersion" : undefined,
    );
  },
  provider: "writes in this way and no other",
};

export const jsonPatchStatements = [ownKey, uid, version, removeMissing, addUnderMissing, passing];
