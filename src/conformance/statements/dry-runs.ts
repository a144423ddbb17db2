import { acceptance, at, equality } from "../answer.ts";
import { allProfiles } from "../profile.ts";
import { type Statement, verdict } from "../statement.ts";

/** `dryRun=All` is not heard (platform.md §1.6, §7). */

const all = { dryRun: "All" } as const;
const provider = "never sends a dry run: plans are checked by the provider itself";

const creates: Statement = {
  id: "dry-run-post",
  sentence: "a dry-run POST really creates the object",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = tenant.name("drypost");
    const answer = await tenant.create(name, {}, { query: all });
    if (!answer.ok) return verdict(acceptance(answer));
    const gone = !(await tenant.read(name)).ok && (await tenant.goes(name, 3_000));
    return verdict(gone ? "nothing was created" : undefined);
  },
  provider,
};

const writes: Statement = {
  id: "dry-run-put",
  sentence: "a dry-run PUT really writes",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = await tenant.inert("dryput");
    const spec = { host: "dry.invalid" };
    const answer = await tenant.settled(() => tenant.replace(name, spec, { query: all }));
    return verdict(acceptance(answer), equality("host", at(await tenant.see(name), "spec", "host"), "dry.invalid"));
  },
  provider,
};

const patches: Statement = {
  id: "dry-run-patch",
  sentence: "a dry-run patch really writes",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = await tenant.inert("drypatch");
    const answer = await tenant.settled(() => tenant.merge(name, { spec: { host: "dry.invalid" } }, all));
    return verdict(acceptance(answer), equality("host", at(await tenant.see(name), "spec", "host"), "dry.invalid"));
  },
  provider,
};

const deletes: Statement = {
  id: "dry-run-delete",
  sentence: "a dry-run DELETE really deletes",
  profiles: allProfiles,
  section: "1.6",
  run: async (tenant) => {
    const name = await tenant.inert("drydelete");
    await tenant.see(name);
    const answer = await tenant.remove(name, { query: all });
    const after = await tenant.read(name);
    const survives = after.ok && at(after.body, "metadata", "deletionTimestamp") === undefined;
    return verdict(acceptance(answer), survives ? "the object is still there" : undefined);
  },
  provider,
};

export const dryRunStatements = [creates, writes, patches, deletes];
