import { optional } from "../../schema/attribute.ts";
import { parseDuration, positiveDuration } from "../../schema/check.ts";
import { object, string } from "../../schema/kind.ts";
import type { Session } from "./session.ts";

/** Default time limits of a resource's operations, as durations. */
export interface OperationLimits {
  readonly create: string;
  readonly update: string;
  readonly delete: string;
}

const limit = (operation: string, byDefault: string) =>
  optional(string, {
    check: positiveDuration,
    otherwise: `\`${byDefault}\``,
    doc: `Time limit for ${operation}, as a duration (\`90m\`, \`1h30m\`).`,
  });

/** Declares the time limits of the operations with their defaults. */
export const timeoutsOf = (limits: OperationLimits) =>
  optional(
    object({
      create: limit("creating", limits.create),
      update: limit("updating", limits.update),
      delete: limit("deleting", limits.delete),
    }),
    { providerOnly: true, doc: "Time limits of the operations." },
  );

/** Returns the end of a wait that begins now, clock ms. @param timeout the configured duration. */
export const deadlineOf = ({ clock }: Pick<Session, "clock">, timeout: string | null, byDefault: string): number =>
  clock.now() + (parseDuration(timeout ?? byDefault) ?? 0);
