import { acceptance, at, equality } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";

/** `dryRun=All` is ignored (platform.md §1.6, §7). */

const all = { dryRun: "All" } as const;
const provider = "never sends a dry run: the provider validates plans itself";

const creates: Statement = {
  id: "dry-run-post",
  sentence: "a dry-run POST creates the object",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = tenant.name("drypost");
    const answer = await tenant.create(name, {}, { query: all });
    if (!answer.ok) return verdict(acceptance(answer));
    const gone = !(await tenant.read(name)).ok && (await tenant.isGoneWithin(name, 3_000));
    return verdict(gone ? "nothing was created" : undefined);
  },
  provider,
};

const writes: Statement = {
  id: "dry-run-put",
  sentence: "a dry-run PUT writes",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = await tenant.createInert("dryput");
    const spec = { host: "dry.invalid" };
    const answer = await tenant.retryConflicts(() => tenant.replace(name, spec, { query: all }));
    return verdict(
      acceptance(answer),
      equality("host", at(await tenant.readCreated(name), "spec", "host"), "dry.invalid"),
    );
  },
  provider,
};

const patches: Statement = {
  id: "dry-run-patch",
  sentence: "a dry-run patch writes",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = await tenant.createInert("drypatch");
    const answer = await tenant.retryConflicts(() => tenant.merge(name, { spec: { host: "dry.invalid" } }, all));
    return verdict(
      acceptance(answer),
      equality("host", at(await tenant.readCreated(name), "spec", "host"), "dry.invalid"),
    );
  },
  provider,
};

const deletes: Statement = {
  id: "dry-run-delete",
  sentence: "a dry-run DELETE deletes",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = await tenant.createInert("drydelete");
    await tenant.readCreated(name);
    const answer = await tenant.remove(name, { query: all });
    const after = await tenant.read(name);
    const survives = after.ok && at(after.body, "metadata", "deletionTimestamp") === undefined;
    return verdict(acceptance(answer), survives ? "the object still exists" : undefined);
  },
  provider,
};

export const dryRunStatements = [creates, writes, patches, deletes];
