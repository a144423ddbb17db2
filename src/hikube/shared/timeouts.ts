import { optional } from "../../schema/attribute.ts";
import { duration, parseDuration } from "../../schema/check.ts";
import { object, string } from "../../schema/kind.ts";
import type { Session } from "./session.ts";

const limit = (operation: string, byDefault: string) =>
  optional(string, {
    check: duration,
    doc: `Time limit for ${operation}, as a duration (\`90m\`, \`1h30m\`). Default: \`${byDefault}\`.`,
  });

/** Declares the time limits of the operations with their defaults. */
export const timeoutsOf = (create: string, update: string, remove: string) =>
  optional(
    object({
      create: limit("creating", create),
      update: limit("updating", update),
      delete: limit("deleting", remove),
    }),
    { providerOnly: true, doc: "Time limits of the operations." },
  );

/** Returns the end of a wait that begins now, clock ms. @param timeout the configured duration. */
export const deadlineOf = ({ clock }: Pick<Session, "clock">, timeout: string | null, byDefault: string): number =>
  clock.now() + (parseDuration(timeout ?? byDefault) ?? 0);
