import { sentence } from "../../base/sentence.ts";
import { CoreError, type Culprit } from "../core-error.ts";
import type { AppObject } from "../object/app-object.ts";
import { type Fault, isDeterministic, parseFaults } from "./faults.ts";

/** The faults of a standing refusal; none where nothing is refused. */
export function faultsOf({ ready, spec, name }: AppObject, owner: Culprit): readonly Fault[] {
  if (ready?.status !== "False" || !isDeterministic(ready.message)) return [];
  return parseFaults(ready.message, spec, owner.kind === "cluster" ? owner.name : name);
}

const label = ({ kind, name }: Culprit): string =>
  `${kind === "nodeGroup" ? "node group" : kind === "addon" ? "add-on" : "cluster"} ${name}`;

const isOwner = (owner: Culprit, { culprit }: Fault): boolean =>
  culprit?.kind === owner.kind && culprit.name === owner.name;

/** The platform's refusal as the error of one owner: where it is his fault, where in his wish; else whose fault it is. */
export function refusal(object: AppObject, owner: Culprit): CoreError {
  const message = object.ready?.message ?? "";
  const faults = faultsOf(object, owner);
  const mine = faults.filter((fault) => isOwner(owner, fault));
  const first = mine[0] ?? faults.find(({ culprit }) => culprit !== undefined);
  const says = `The platform says: ${message}`;
  if (mine.length > 0 && first !== undefined) {
    return new CoreError(
      "Refused",
      `The platform refused the settings of ${label(owner)}: ${mine.map(({ text }) => text).join("; ")}. ${says}`,
      {
        path: first.path,
        culprit: owner,
        hint: "Correct the setting and apply again; until then the cluster keeps running as before.",
      },
    );
  }
  if (first?.culprit !== undefined) {
    return new CoreError(
      "Refused",
      `The platform applies all changes of a cluster together, and rejects this one of ${label(owner)} because of ${label(first.culprit)}: ${first.text}. ${says}`,
      {
        summary: `${sentence(label(first.culprit))} prevents this change`,
        culprit: first.culprit,
        hint: `Correct ${label(first.culprit)} and apply again. The settings of ${label(owner)} are not at fault.`,
      },
    );
  }
  return new CoreError("Refused", `The platform refused the change. ${says}`, {
    hint: "Correct what the platform names and apply again; until then the cluster keeps running as before.",
  });
}
