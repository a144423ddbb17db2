import { describe, expect, test } from "vitest";
import { isDeterministic, parseFaults } from "../../../../src/core/rollout/faults.ts";

const helm = "Helm upgrade failed for release tenant-test/kubernetes-life with chart kubernetes@1.1.2+37dc53ecf0e1: ";
const schema = `${helm}values don't meet the specifications of the schema(s) in the following chart(s):\nkubernetes:\n`;

describe("failures", () => {
  test("a JSON pointer names the group and its setting", () => {
    expect(parseFaults(`${schema}- at '/nodeGroups/web/minReplicas': got string, want integer`, {}, "life")).toEqual([
      {
        text: "got string, want integer",
        culprit: { kind: "nodeGroup", name: "web" },
        path: ["minReplicas"],
        present: undefined,
      },
    ]);
  });

  test("several faults are told apart", () => {
    const text = `${schema}- at '/version': value must be one of 'v1.35', 'v1.34'\n- at '/nodeGroups/a/ephemeralStorage': got object, want string\n- at '/addons/certManager/valuesOverride': got string, want object\n- at '/controlPlane/konnectivity/server/resources/cpu': got boolean, want string`;
    const faults = parseFaults(text, {}, "life");
    expect(faults.map(({ culprit, path }) => [culprit?.kind, culprit?.name, ...path])).toEqual([
      ["cluster", "life", "version"],
      ["nodeGroup", "a", "diskSize"],
      ["addon", "cert-manager", "values"],
      ["cluster", "life", "controlPlane", "konnectivity", "resources", "cpu"],
    ]);
  });

  test("an unknown instance type is the fault of the group that asks for it", () => {
    const spec = { nodeGroups: { web: { instanceType: "u1.medium" }, bad: { instanceType: "u9.huge" } } };
    const text = `${helm}execution error at (kubernetes/templates/cluster.yaml:279:8): Specified instancetype not exists in cluster: u9.huge`;
    expect(parseFaults(text, spec, "life")).toEqual([
      {
        text: "Specified instancetype not exists in cluster: u9.huge",
        culprit: { kind: "nodeGroup", name: "bad" },
        path: ["instanceType"],
        present: true,
      },
    ]);
  });

  test("platform 1.6 names the group itself, and a fault that was repaired is known to be gone", () => {
    const text = `${helm}execution error at (kubernetes/templates/cluster.yaml:1:1): nodeGroup bad: specified instanceType "u9.huge" not found in cluster`;
    const spec = { nodeGroups: { bad: { instanceType: "u9.huge" }, other: { instanceType: "u9.huge" } } };
    expect(parseFaults(text, spec, "life").map(({ culprit, present }) => [culprit?.name, present])).toEqual([
      ["bad", true],
    ]);
    const repaired = { nodeGroups: { bad: { instanceType: "u1.medium" } } };
    expect(parseFaults(text, repaired, "life").map(({ present }) => present)).toEqual([false]);
  });

  test("a timeout is no refusal, a refusal is", () => {
    expect(isDeterministic("Helm install failed for release x with chart y: context deadline exceeded")).toBe(false);
    expect(isDeterministic(`${schema}- at '/version': value must be one of 'v1.35'`)).toBe(true);
  });
});
