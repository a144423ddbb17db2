import { sentence } from "../../base/sentence.ts";
import { CoreError } from "../core-error.ts";
import type { AppObject } from "../object/app-object.ts";
import { type Owner, ownerLabel, sameOwner } from "../owner.ts";
import { retiredDiskKey } from "../platform/groups.ts";
import { type Fault, isDeterministic, parseFaults } from "./faults.ts";

/** Returns the faults of the current refusal; empty if nothing is refused. */
export function faultsOf({ ready, spec, name }: AppObject, owner: Owner): readonly Fault[] {
  if (ready?.status !== "False" || !isDeterministic(ready.message)) return [];
  return parseFaults(ready.message, spec, owner.kind === "cluster" ? owner.name : name);
}

/**
 * Returns the platform's refusal as an error of one owner: with the path if the owner's setting is faulty, otherwise with the name of
 * the owner at fault.
 */
export function refusal(object: AppObject, owner: Owner): CoreError {
  const message = object.ready?.message ?? "";
  const faults = faultsOf(object, owner);
  const mine = faults.filter(({ culprit }) => culprit !== undefined && sameOwner(culprit, owner));
  const first = mine[0] ?? faults.find(({ culprit }) => culprit !== undefined);
  const says = `The platform says: ${message}`;
  if (mine.length > 0 && first !== undefined) {
    return new CoreError(
      "Refused",
      `The platform refused the settings of ${ownerLabel(owner)}: ${mine.map(({ text }) => text).join("; ")}. ${says}`,
      {
        path: first.path,
        culprit: owner,
        hint: "Correct the setting and apply again; until then the cluster keeps running as before.",
      },
    );
  }
  if (first?.retiredKey === true) return retiredKeyRefusal(owner, faults, says);
  if (first?.culprit !== undefined) {
    return new CoreError(
      "Refused",
      `The platform applies all changes of a cluster together, and rejects this one of ${ownerLabel(owner)} because of ${ownerLabel(first.culprit)}: ${first.text}. ${says}`,
      {
        summary: `${sentence(ownerLabel(first.culprit))} prevents this change`,
        culprit: first.culprit,
        hint: `Correct ${ownerLabel(first.culprit)} and apply again. The settings of ${ownerLabel(owner)} are not at fault.`,
      },
    );
  }
  return new CoreError("Refused", `The platform refused the change. ${says}`, {
    hint: "Correct what the platform names and apply again; until then the cluster keeps running as before.",
  });
}

/** Returns the refusal that an upgrade of the platform causes: it left a key in other node groups that its own chart refuses. */
function retiredKeyRefusal(owner: Owner, faults: readonly Fault[], says: string): CoreError {
  const guilty = faults.flatMap(({ culprit }) => (culprit === undefined ? [] : [culprit]));
  const named = guilty.map(ownerLabel).join(", ");
  const keys = guilty.map(({ name }) => `\`spec.nodeGroups.${name}.${retiredDiskKey}\``).join(", ");
  return new CoreError(
    "Refused",
    `An upgrade of the platform left \`${retiredDiskKey}\` beside \`diskSize\` in ${named}, and the platform rolls out no change of the ` +
      `cluster, this one of ${ownerLabel(owner)} included, while the key is there. ${says}`,
    {
      summary: `${sentence(named)} ${guilty.length > 1 ? "prevent" : "prevents"} this change`,
      ...(guilty[0] === undefined ? {} : { culprit: guilty[0] }),
      hint: `Converge ${named}, or remove ${keys} from the cluster object. The settings of ${ownerLabel(owner)} are not at fault.`,
      remedy: { kind: "retiredKey", groups: guilty.map(({ name }) => name), key: retiredDiskKey },
    },
  );
}
