import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { KubeObject } from "../../../src/sandbox/store/kube-object.ts";
import { matchesNode, misfitOf, requestsOf, unschedulableMessage } from "../../../src/sandbox/workloads/node-fit.ts";

const node = (more: { labels?: JsonObject; spec?: JsonObject } = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n", labels: { disk: "ssd", cores: "8", ...more.labels } },
  spec: more.spec ?? {},
  status: { allocatable: { cpu: "4", memory: "8Gi", pods: "110" } },
});

const pod = (requests: JsonObject, more: JsonObject = {}): JsonObject => ({
  containers: [{ name: "a", resources: { requests } }],
  ...more,
});

const unused = { amounts: {}, pods: 0 };
const affinity = (...matchExpressions: JsonObject[]): JsonObject => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } },
  },
});

describe("node fit", () => {
  test.each<[string, JsonObject, KubeObject, { amounts: Record<string, number>; pods: number }, readonly string[]]>([
    ["room for everything", pod({ cpu: "4", memory: "8Gi" }), node(), unused, []],
    ["too little CPU left", pod({ cpu: "500m" }), node(), { amounts: { cpu: 3600 }, pods: 1 }, ["Insufficient cpu"]],
    [
      "too little of two",
      pod({ cpu: "5", memory: "9Gi" }),
      node(),
      unused,
      ["Insufficient cpu", "Insufficient memory"],
    ],
    ["a resource that the node lacks", pod({ "nvidia.com/gpu": "1" }), node(), unused, ["Insufficient nvidia.com/gpu"]],
    ["too many pods", pod({}), node(), { amounts: {}, pods: 110 }, ["Too many pods"]],
    ["a cordon", pod({}), node({ spec: { unschedulable: true } }), unused, ["node(s) were unschedulable"]],
    [
      "a taint",
      pod({}),
      node({ spec: { taints: [{ key: "a", value: "b", effect: "NoSchedule" }] } }),
      unused,
      ["node(s) had untolerated taint {a: b}"],
    ],
    [
      "a tolerated taint",
      pod({}, { tolerations: [{ key: "a", operator: "Exists" }] }),
      node({ spec: { taints: [{ key: "a", value: "b", effect: "NoSchedule" }] } }),
      unused,
      [],
    ],
    [
      "another label",
      pod({}, { nodeSelector: { disk: "hdd" } }),
      node(),
      unused,
      ["node(s) didn't match Pod's node affinity/selector"],
    ],
  ])("finds %s", (_, spec, on, used, reasons) => {
    expect(misfitOf(spec, on, used)?.reasons ?? []).toEqual(reasons);
  });

  test.each<[string, JsonObject, boolean]>([
    ["In", { key: "disk", operator: "In", values: ["ssd", "nvme"] }, true],
    ["NotIn", { key: "disk", operator: "NotIn", values: ["ssd"] }, false],
    ["Exists", { key: "gpu", operator: "Exists" }, false],
    ["DoesNotExist", { key: "gpu", operator: "DoesNotExist" }, true],
    ["Gt", { key: "cores", operator: "Gt", values: ["4"] }, true],
    ["Lt", { key: "cores", operator: "Lt", values: ["4"] }, false],
  ])("evaluates the affinity operator %s", (_, expression, matches) => {
    expect(matchesNode(affinity(expression), node())).toBe(matches);
  });

  test("counts the larger of what containers need together and what one before them needs", () => {
    const container = (cpu: string) => ({ resources: { requests: { cpu } } });
    const spec = { containers: [container("1"), container("500m")], initContainers: [container("2")] };
    expect(requestsOf(spec)).toEqual({ cpu: 2000 });
  });

  test("words the refusal of all nodes as the scheduler does", () => {
    const misfit = (isResolvable: boolean, ...reasons: string[]) => ({ isResolvable, reasons });
    expect(unschedulableMessage([])).toBe("no nodes available to schedule pods");
    expect(
      unschedulableMessage([
        misfit(true, "Insufficient cpu"),
        misfit(true, "Insufficient cpu"),
        misfit(false, "node(s) were unschedulable"),
      ]),
    ).toBe(
      "0/3 nodes are available: 1 node(s) were unschedulable, 2 Insufficient cpu. preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod.",
    );
  });
});
