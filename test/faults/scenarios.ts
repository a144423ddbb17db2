import type { LifecycleFault } from "../../src/sandbox/sandbox.ts";
import type { Declared } from "./mini-terraform.ts";

/** A list of Terraform steps: what stands, and what the run that is hit is to make of it. */
export interface Scenario {
  readonly name: string;
  /** Requests that the run makes when nothing goes wrong, roughly: faults hit one of these. */
  readonly requests: number;
  readonly before: readonly Declared[];
  readonly after: readonly Declared[];
  /** The run begins with imports into an empty state. */
  readonly imports?: boolean;
  /** The run patches no object that stands already. */
  readonly patchless?: boolean;
  /** What the platform is at when the run begins: it lives like this while `applied`, which waits for nothing, follows on `before`. */
  readonly during?: {
    readonly lifecycle: LifecycleFault;
    readonly applied: readonly Declared[];
    /** How many times faster than real the platform lives: its actions take minutes. */
    readonly speed: number;
  };
}

/** What must never show up in a state or in a diagnostic. */
export const canary = "CANARY-5f2b9c";

export const clusterName = "prod";
const cluster = "hikube_cluster.prod";

const clusterOf = (version: string, more: Readonly<Record<string, unknown>> = {}): Declared => ({
  address: cluster,
  type: "hikube_cluster",
  config: { name: clusterName, version, labels: { owner: "us" }, upgrade_strategy: "stepwise", ...more },
});

const group = (name: string, min: number, max: number, more: Readonly<Record<string, unknown>> = {}): Declared => ({
  address: `hikube_nodegroup.${name}`,
  type: "hikube_nodegroup",
  of: cluster,
  config: { name, min_replicas: min, max_replicas: max, ...more },
});

const addon = (name: string, more: Readonly<Record<string, unknown>> = {}): Declared => ({
  address: `hikube_addon.${name}`,
  type: "hikube_addon",
  of: cluster,
  config: { name, ...more },
});

const web = group("web", 1, 3, { roles: ["ingress-nginx"] });
const workers = group("workers", 2, 4, { instance_type: "u1.large", disk_size: "30Gi" });
const ingress = addon("ingress-nginx", { hosts: ["a.example.com"] });
const certManager = (replicas: number, secretVersion: number) =>
  addon("cert-manager", {
    values: { "cert-manager": { replicaCount: replicas } },
    values_wo: { "cert-manager": { password: `${canary}-${secretVersion}` } },
    values_wo_version: secretVersion,
  });
const everything = [clusterOf("1.34"), web, workers, ingress, certManager(1, 1)];

/** The same, waiting for nothing but the platform's acceptance. */
function accepted(declared: readonly Declared[]): Declared[] {
  return declared.map((one) => ({ ...one, config: { ...one.config, wait_for: "accepted" } }));
}

/** From the simplest to the richest: a failing case is shrunk towards the first. */
export const scenarios: readonly Scenario[] = [
  {
    name: "scale",
    requests: 18,
    before: [clusterOf("1.34"), web],
    after: [clusterOf("1.34"), group("web", 2, 5, { roles: ["ingress-nginx"] })],
  },
  { name: "create-cluster", requests: 22, before: [], after: [clusterOf("1.34")], patchless: true },
  { name: "extend", requests: 26, before: [clusterOf("1.34"), web], after: everything },
  {
    name: "change-values",
    requests: 22,
    before: everything,
    after: [clusterOf("1.34", { labels: { owner: "us", tier: "gold" } }), web, workers, ingress, certManager(2, 2)],
  },
  { name: "remove", requests: 22, before: everything, after: [clusterOf("1.34"), web, certManager(1, 1)] },
  { name: "upgrade", requests: 36, before: [clusterOf("1.33"), web], after: [clusterOf("1.35"), web] },
  { name: "import", requests: 30, before: everything, after: everything, imports: true, patchless: true },
  { name: "create", requests: 34, before: [], after: everything },
  { name: "destroy", requests: 28, before: everything, after: [] },
  {
    name: "destroy-in-install",
    requests: 20,
    before: [],
    during: { lifecycle: { actionMs: 240_000 }, applied: accepted([clusterOf("1.34"), web]), speed: 100 },
    after: [],
  },
  {
    name: "destroy-in-upgrade",
    requests: 20,
    before: [clusterOf("1.34"), web],
    during: { lifecycle: { actionMs: 240_000 }, applied: accepted([clusterOf("1.34"), web, workers]), speed: 100 },
    after: [],
  },
  {
    name: "destroy-failed",
    requests: 20,
    before: [clusterOf("1.34"), web],
    during: {
      lifecycle: { installFails: "cannot render the chart: nil pointer" },
      applied: accepted([clusterOf("1.34"), web, workers]),
      speed: 100,
    },
    after: [],
  },
  {
    name: "destroy-stuck",
    requests: 20,
    before: [],
    during: { lifecycle: { neverFinishes: true }, applied: accepted([clusterOf("1.34"), web]), speed: 300 },
    after: [],
  },
];

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined)
    throw new Error(`There is no scenario ${name}: ${scenarios.map((one) => one.name).join(", ")}.`);
  return found;
}

/** The same configuration with other patience; a removal takes its own from what was applied before. */
export const withTimeouts = (declared: readonly Declared[], longest: string, removal = longest): Declared[] =>
  declared.map((one) => ({
    ...one,
    config: { ...one.config, timeouts: { create: longest, update: longest, delete: removal } },
  }));

/** What an import of a resource is told. */
export const importId = ({ type, config }: Declared): string =>
  type === "hikube_cluster" ? String(config["name"]) : `${clusterName}/${String(config["name"])}`;
