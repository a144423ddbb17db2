import { expect, test } from "vitest";
import { CoreError, type Remedy } from "../../../src/core/core-error.ts";
import { explain } from "../../../src/hikube/shared/diagnostics.ts";

// What the library advises without Terraform's words, in Terraform's words.

test.each<[string, Remedy, string]>([
  [
    "an existing cluster",
    { kind: "takeOver", owner: "cluster", id: "t/c" },
    "To manage it here, run `terraform import <address> t/c`. Otherwise choose another name.",
  ],
  [
    "an existing node group",
    { kind: "takeOver", owner: "nodeGroup", id: "t/c/web" },
    "To manage it here, run `terraform import <address> t/c/web`. Otherwise choose another name.",
  ],
  [
    "an add-on that is set up",
    { kind: "takeOver", owner: "addon", id: "t/c/velero" },
    'To manage it here, run `terraform import <address> t/c/velero`. Or set `resolve_conflicts_on_create` to "ADOPT" (these settings ' +
      'are laid over the existing ones) or "OVERWRITE" (they replace them).',
  ],
  [
    "a replaced object",
    { kind: "forget" },
    "To manage it, remove the old one from the state (`terraform state rm <address>`) and import the new one.",
  ],
  [
    "a creation that takes longer",
    { kind: "wait", limit: "create" },
    "Hint. Apply again to resume waiting, or raise `timeouts.create`.",
  ],
  [
    "a change that takes longer",
    { kind: "wait", limit: "update" },
    "Hint. Apply again to resume waiting, or raise `timeouts.update`.",
  ],
  [
    "a deletion that takes longer",
    { kind: "wait", limit: "delete" },
    "Hint. Run the same command again to resume waiting, or raise `timeouts.delete`.",
  ],
  [
    "a deletion that cannot begin",
    { kind: "wait", limit: "delete", until: "the platform has finished" },
    "Hint. Run the same command again when the platform has finished, or raise `timeouts.delete`.",
  ],
  [
    "a write that is not accepted",
    { kind: "wait", limit: undefined, until: "the platform answers" },
    "Apply again when the platform answers, or set a longer timeout in `timeouts`.",
  ],
])("remedies > %s has advice in Terraform's terms", (_, remedy, advice) => {
  const error = new CoreError("Timeout", "Message.", { hint: "Hint.", remedy });
  expect(explain(error)?.detail).toBe(`Message.\n\n${advice}`);
});
