import type { ConformanceProfile } from "../profile.ts";
import type { Statement } from "../statement.ts";
import { accessStatements } from "./access.ts";
import { concurrencyStatements } from "./concurrency.ts";
import { defaultStatements } from "./defaults.ts";
import { deletionStatements } from "./deletion.ts";
import { dryRunStatements } from "./dry-runs.ts";
import { jsonPatchStatements } from "./json-patch.ts";
import { lifeStatements } from "./life.ts";
import { listStatements } from "./lists.ts";
import { servedStatements } from "./served.ts";
import { validationStatements } from "./validation.ts";
import { writeStatements } from "./writes.ts";

/** All statements about the platform's behaviour, in the order in which they are checked. */
const statements: readonly Statement[] = [
  ...servedStatements,
  ...accessStatements,
  ...validationStatements,
  ...defaultStatements,
  ...writeStatements,
  ...jsonPatchStatements,
  ...dryRunStatements,
  ...deletionStatements,
  ...listStatements,
  ...concurrencyStatements,
  ...lifeStatements,
];

/** The statements about one platform version. */
export const statementsOf = (profile: ConformanceProfile): Statement[] =>
  statements.filter(({ profiles }) => profiles.includes(profile));
