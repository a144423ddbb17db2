import { withoutPeriod } from "../../base/sentence.ts";
import type { Status } from "../../core/desired/state.ts";
import { ownerLabel } from "../../core/owner.ts";
import type { ClusterProgress } from "../../core/progress.ts";
import { isDeterministic, parseFaults } from "../../core/rollout/faults.ts";
import { settingName } from "../../core/validate/finding.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** What a status means. */
const meanings: Readonly<Record<Exclude<Status, "ready">, string>> = {
  pending: "the platform has not begun with it",
  progressing: "the platform is working on it",
  starting: "its control plane is not running yet",
  failed: "the platform cannot put its settings into effect",
  deleting: "it is being deleted",
};

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

/** Returns the finding about a cluster. @param diagnosis what the platform's events and quotas tell; empty if nothing. */
export function clusterFinding(cluster: ClusterProgress, diagnosis: string): Finding {
  const { id, status, ready, version, nodeGroups, addons } = cluster;
  if (ready) {
    const parts = [version, plural(nodeGroups.length, "node group"), plural(addons.length, "add-on")];
    return ok("cluster", `${id.name} is ready: ${parts.filter(Boolean).join(", ")}`);
  }
  const missing = missingParts(cluster);
  const told = diagnosis === "" ? [] : [diagnosis];
  if (status === "ready") {
    const text = `${id.name} runs, but ${missing.length === 1 ? "a part" : "parts"} of it ${missing.length === 1 ? "does" : "do"} not`;
    const report = told.length > 0 ? problem : warning;
    return report("cluster", text, { details: [...missing, ...told], advice: partsAdvice(cluster, diagnosis) });
  }
  const text = `${id.name} is not ready: ${meanings[status]}`;
  if (status !== "failed") {
    const advice = `Wait, or follow it with \`hikube watch ${id.name}\`.`;
    return warning("cluster", text, { details: [...missing, ...told], advice });
  }
  return problem("cluster", text, {
    details: [...reasons(cluster), ...missing, ...told],
    advice: failureAdvice(cluster),
  });
}

function missingParts({ nodeGroups, addons }: ClusterProgress): string[] {
  return [
    ...nodeGroups
      .filter(({ ready }) => !ready)
      .map(
        ({ name, readyReplicas, minReplicas }) => `Node group ${name}: ${readyReplicas} of ${minReplicas} nodes run.`,
      ),
    ...addons
      .filter(({ ready }) => !ready)
      .map(({ name, message, status }) => `Add-on ${name}: ${withoutPeriod(message || status)}.`),
  ];
}

/** The reasons of a failure by what they concern, in the words of the configuration. */
function reasons({ id, message }: ClusterProgress): string[] {
  return parseFaults(message, {}, id.name).map(({ text, culprit, path }) => {
    const owner = culprit === undefined ? "" : ownerLabel(culprit);
    const setting = path.length === 0 ? "" : `\`${settingName(path)}\``;
    const what = [setting, owner].filter((part) => part !== "").join(" of ");
    return `${what === "" ? "" : `${what}: `}${withoutPeriod(text)}.`;
  });
}

function failureAdvice({ message, id }: ClusterProgress): string {
  return isDeterministic(message)
    ? "Correct this setting and apply again: the platform's own attempts all end the same way."
    : `The platform tries again by itself: follow it with \`hikube watch ${id.name}\`. If it stays so for half an hour, send support this text.`;
}

function partsAdvice({ id }: ClusterProgress, diagnosis: string): string {
  return /quota/i.test(diagnosis)
    ? "Lower `min_replicas` or the size of the nodes, or ask for a larger quota."
    : `Wait, or follow it with \`hikube watch ${id.name}\`.`;
}
