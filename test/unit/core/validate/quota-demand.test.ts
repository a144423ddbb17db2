import { expect, test } from "vitest";
import { formatQuantity } from "../../../../src/base/quantity.ts";
import {
  checkQuota,
  type GroupDemand,
  leftOf,
  limitsNodes,
  requirementsOf,
} from "../../../../src/core/validate/quota.ts";
import fc from "../../../support/fast-check.ts";

const group = (changes: Partial<GroupDemand> = {}): GroupDemand => ({
  name: "a/web",
  node: "u1.8xlarge",
  minReplicas: 0,
  maxReplicas: 50,
  cpu: "32",
  memory: "128Gi",
  disk: "20Gi",
  gpus: [],
  ...changes,
});
const cpuQuota = [{ resource: "limits.cpu", hard: "1k", used: "20" }];

test("the arithmetic is told", () => {
  const [finding] = checkQuota(cpuQuota, [group()]);
  expect(finding).toMatchObject({
    severity: "warning",
    path: ["maxReplicas"],
    summary: "Maximum sizes exceed the quota",
  });
  expect(finding?.detail).toContain("CPU: max 1,600 (a/web: 50 × u1.8xlarge = 1,600); quota 1,000, used 20.");
});

test("memory and GPUs are compared as well, and what is not limited is not", () => {
  const quota = [
    { resource: "requests.cpu", hard: "1", used: "0" },
    { resource: "limits.memory", hard: "4Ti", used: "1Gi" },
    { resource: "requests.nvidia.com/X", hard: "4", used: "1" },
  ];
  const detail =
    checkQuota(quota, [group({ gpus: ["nvidia.com/X", "nvidia.com/X"], maxReplicas: 40 })])[0]?.detail ?? "";
  expect(detail).toContain("memory: max 5,120 GiB (a/web: 40 × u1.8xlarge = 5,120 GiB); quota 4,096 GiB, used 1 GiB.");
  expect(detail).toContain("nvidia.com/X: max 80 (a/web: 40 × u1.8xlarge = 80); quota 4, used 1.");
  expect(detail).not.toContain("CPU:");
});

test("at the quota is fine, one node beyond is not, and groups add up", () => {
  expect(checkQuota(cpuQuota, [group({ maxReplicas: 31 })])).toEqual([]);
  expect(checkQuota(cpuQuota, [group({ maxReplicas: 32 })])).toHaveLength(1);
  expect(
    checkQuota(cpuQuota, [group({ maxReplicas: 31 }), group({ name: "b/x", cpu: "500m", maxReplicas: 16 })]),
  ).toEqual([]);
  const both = checkQuota(cpuQuota, [group({ maxReplicas: 31 }), group({ name: "b/x", cpu: "1", maxReplicas: 10 })]);
  expect(both[0]?.detail).toContain("a/web: 31 × u1.8xlarge = 992; b/x: 10 × u1.8xlarge = 10");
});

test("of many groups the largest are listed", () => {
  const groups = Array.from({ length: 8 }, (_, index) => group({ name: `a/g${index}`, maxReplicas: 50 + index }));
  const detail = checkQuota(cpuQuota, groups)[0]?.detail ?? "";
  expect(detail).toContain("a/g7: 57");
  expect(detail).not.toContain("a/g0:");
  expect(detail).toContain("; and 3 more groups");
});

test("a size that is not known, and a quota without limits of nodes, say nothing", () => {
  expect(checkQuota(cpuQuota, [group({ cpu: undefined })])).toEqual([]);
  expect(checkQuota([], [group()])).toEqual([]);
  expect(limitsNodes([{ resource: "services.loadbalancers", hard: "1", used: "0" }])).toBe(false);
  expect(limitsNodes(cpuQuota)).toBe(true);
});

test("the order of groups changes nothing", () => {
  const some = fc.array(fc.record({ maxReplicas: fc.nat(100), cpu: fc.constantFrom("1", "500m", "32", "1.5") }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(some, (parts) => {
      const groups = parts.map((part, index) => group({ ...part, name: `a/g${index}` }));
      const total = parts.reduce(
        (sum, { maxReplicas, cpu }) => sum + maxReplicas * (cpu === "500m" ? 0.5 : Number(cpu)),
        0,
      );
      expect(checkQuota(cpuQuota, groups).length).toBe(total > 1000 ? 1 : 0);
      expect(checkQuota(cpuQuota, [...groups].reverse()).length).toBe(total > 1000 ? 1 : 0);
    }),
  );
});

test("requirements are the sums at both bounds, beside the tightest quota", () => {
  const quota = [
    { resource: "limits.cpu", hard: "100", used: "20" },
    { resource: "limits.cpu", hard: "90", used: "80" },
    { resource: "requests.memory", hard: "4Ti", used: "5Ti" },
    { resource: "requests.storage", hard: "1Ti", used: "0" },
  ];
  const groups = [
    group({ minReplicas: 1, maxReplicas: 3, gpus: ["nvidia.com/X"] }),
    group({ name: "a/db", cpu: "500m", memory: "1Gi", disk: "100Gi", maxReplicas: 1 }),
  ];
  const seen = requirementsOf(quota, groups).map(({ noun, unit, minimum, maximum, limit }) => {
    const style = unit === "bytes" ? "binary" : "decimal";
    return [
      noun,
      formatQuantity(minimum.amount, style),
      formatQuantity(maximum.amount, style),
      limit && formatQuantity(leftOf(limit), style),
      formatQuantity(minimum.missing, style),
      formatQuantity(maximum.missing, style),
    ];
  });
  expect(seen).toEqual([
    ["CPU", "32", "96500m", "10", "22", "86500m"],
    ["memory", "128Gi", "385Gi", "0", "128Gi", "385Gi"],
    ["storage", "20Gi", "160Gi", "1Ti", "0", "0"],
    ["nvidia.com/X", "1", "3", undefined, "0", "0"],
  ]);
});

test("disks beyond the quota are told as well", () => {
  const quota = [{ resource: "requests.storage", hard: "500Gi", used: "0" }];
  expect(limitsNodes(quota)).toBe(true);
  expect(checkQuota(quota, [group({ maxReplicas: 25 })])).toEqual([]);
  expect(checkQuota(quota, [group({ maxReplicas: 26 })])[0]?.detail).toContain("storage: max 520 GiB");
});
