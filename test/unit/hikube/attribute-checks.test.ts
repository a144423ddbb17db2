import { describe, expect, test } from "vitest";
import { addon } from "../../../src/hikube/addon/resource.ts";
import { addonSchema } from "../../../src/hikube/addon/schema.ts";
import { cluster } from "../../../src/hikube/cluster/resource.ts";
import { clusterSchema } from "../../../src/hikube/cluster/schema.ts";
import { nodegroup } from "../../../src/hikube/node-group/resource.ts";
import { nodegroupSchema } from "../../../src/hikube/node-group/schema.ts";
import type { Attributes } from "../../../src/schema/declaration.ts";
import type { Type } from "../../../src/values/type.ts";
import type { Value } from "../../../src/values/value.ts";

/** Values that must pass, and values that must be refused with this in the text. */
interface Members {
  readonly good: readonly Value[];
  readonly bad: readonly (readonly [value: Value, text: RegExp])[];
}

const free: Members = { good: ["anything"], bad: [] };
const words = (...good: readonly string[]): Members => ({
  good,
  bad: [
    ["", /must be one of/],
    [
      good[0]?.toUpperCase() === good[0] ? (good[0] ?? "").toLowerCase() : (good[0] ?? "").toUpperCase(),
      /Did you mean `/,
    ],
    [`${good.at(-1)}x`, /Did you mean `/],
  ],
});
const filled: Members = { good: ["anything"], bad: [["", /must not be empty/]] };
const named = (what: RegExp): Members => ({
  good: ["my-object.v1"],
  bad: [
    ["", what],
    ["My_Object", what],
  ],
});
const secretNames = named(/name of a secret/);
const configMaps = named(/name of a ConfigMap/);
const volumeNames: Members = {
  good: ["audit", "0"],
  bad: [
    ["", /lower case/],
    ["Audit", /Did you mean `audit`\?$/],
    ["a.b", /Did you mean `a-b`\?$/],
  ],
};
const durations: Members = {
  good: ["45m", "1h30m", "90s", "1.5h", "500ms"],
  bad: [
    ["", /must be a duration/],
    ["10 minutes", /Did you mean `10m`\?$/],
    ["2 hours", /Did you mean `2h`\?$/],
    ["45", /must be a duration/],
    ["-1m", /must be a duration/],
    ["1d", /must be a duration/],
    ["0s", /must be longer than 0/],
  ],
};
const startup: Members = {
  good: ["", "10m", "30s", "1h30m", "0s", "600000ms"],
  bad: [
    ["10 minutes", /Did you mean `10m`\?$/],
    ["10", /must be a duration/],
    ["5s", /at least `30s`/],
    ["-10m", /must be a duration/],
    ["soon", /must be a duration/],
  ],
};
const unhealthy: Members = {
  good: ["", "0", "2", "40%", "100%", "0%"],
  bad: [
    ["half", /whole percentage/],
    ["150%", /whole percentage/],
    ["-1", /whole percentage/],
    ["33.3%", /whole percentage/],
    ["40 percent", /Did you mean `40%`\?$/],
    ["40 %", /Did you mean `40%`\?$/],
    ["99999999999", /whole percentage/],
  ],
};
const cpus: Members = {
  good: ["2", "500m", "0.5", "1e1", "1024"],
  bad: [
    ["", /CPU cores/],
    ["lots", /CPU cores/],
    ["-1", /CPU cores/],
    ["0", /at least `1m`/],
    ["2Gi", /Did you mean `2`\?$/],
    ["2 cores", /Did you mean `2`\?$/],
    ["500 m", /Did you mean `500m`\?$/],
    ["2000", /Did you mean `2000m`\?$/],
  ],
};
const nodeMemories: Members = {
  good: ["16Gi", "512Mi", "4G", "4e9"],
  bad: [
    ["", /size with a unit/],
    ["16", /which is 16 bytes. Did you mean `16Gi`\?$/],
    ["16GB", /Did you mean `16Gi` or `16G`\?$/],
    ["16 Gi", /Did you mean `16Gi`\?$/],
    ["16g", /Did you mean `16Gi`\?$/],
    ["512m", /Did you mean `512Mi`\?$/],
    ["-1Gi", /size with a unit/],
    ["64Ki", /at least `256Mi`/],
    ["900Ti", /at most `16Ti`/],
  ],
};
const podMemories: Members = {
  good: ["4Gi", "64Mi", "1G"],
  bad: [
    ["", /size with a unit/],
    ["512", /which is 512 bytes. Did you mean `512Mi`\?$/],
    ["2", /Did you mean `2Gi`\?$/],
    ["2GB", /Did you mean `2Gi` or `2G`\?$/],
    ["512m", /Did you mean `512Mi`\?$/],
    ["0", /at least `32Mi`/],
  ],
};
const reservedMemories: Members = {
  good: ["", "512Mi", "1Gi", "1e9"],
  bad: [
    ["lots", /size with a unit/],
    ["512", /Did you mean `512Mi`\?$/],
    ["512m", /Did you mean `512Mi`\?$/],
    ["+1Gi", /size with a unit/],
    ["0", /at least `1Mi`/],
  ],
};
const reservedCpus: Members = {
  good: ["", "100m", "1", "0.5"],
  bad: [
    ["lots", /CPU cores/],
    ["+1", /CPU cores/],
    ["0", /at least `1m`/],
    ["100Mi", /Did you mean `100`\?$/],
    ["1000000n", /CPU cores/],
  ],
};
const thresholds: Members = {
  good: ["", "7%", "7.5%", "100%", "500Mi"],
  bad: [
    ["7 percent", /Did you mean `7%`\?$/],
    ["7 %", /Did you mean `7%`\?$/],
    ["0%", /above 0/],
    ["150%", /at most 100/],
    ["500", /size such as/],
    ["lots", /percentage/],
  ],
};
const presets: Members = {
  good: ["small", "c1.medium", "2xlarge", "u1.2xlarge"],
  bad: [
    ["", /named size/],
    ["c1 medium", /named size/],
    ["C1.Medium", /Did you mean `c1\.medium`\?$/],
  ],
};
const storageClasses: Members = {
  good: ["", "replicated", "replicated-async"],
  bad: [
    ["Replicated", /Did you mean `replicated`\?$/],
    ["fast ssd", /name of a storage class/],
    ["-a", /name of a storage class/],
  ],
};
/** Its form is judged in the plan: `mock_provider` makes up ids of any form (`test/contract/terraform-core/bad-input.test.ts`). */
const clusterIds: Members = { good: ["tenant-a/b", "3ew12ugh"], bad: [] };
const hostNames: Members["bad"] = [
  ["https://api.example.org", /Did you mean `api\.example\.org`\?$/],
  ["https://api.example.org:6443/x?y#z", /Did you mean `api\.example\.org`\?$/],
  ["api.example.org:443", /Did you mean `api\.example\.org`\?$/],
  ["API.example.org", /Did you mean `api\.example\.org`\?$/],
  ["api.example.org.", /Did you mean `api\.example\.org`\?$/],
  ["10.0.0.1", /must be a host name/],
  ["a_b.example.org", /must be a host name/],
  ["a b", /must be a host name/],
  [`${"a".repeat(64)}.org`, /must be a host name/],
];
const labelKeys: Members["bad"] = [
  [{ "a b": "c" }, /optional domain, a slash and a name/],
  [{ "": "c" }, /optional domain, a slash and a name/],
  [{ "a/b/c": "d" }, /optional domain, a slash and a name/],
  [{ "/b": "c" }, /optional domain, a slash and a name/],
  [{ "Example.org/b": "c" }, /optional domain, a slash and a name/],
  [{ ["a".repeat(46)]: "c" }, /at most 45 characters/],
  [{ [`example.org/${"a".repeat(64)}`]: "c" }, /at most 63 letters/],
  [{ [`${"a".repeat(60)}.${"b".repeat(60)}.${"c".repeat(60)}.${"d".repeat(60)}/e`]: "f" }, /at most 235 characters/],
  [{ "hikube.cloud/b": "c" }, /which the provider uses itself/],
];
const counts = (least: number): Members => ({
  good: [least, 3, 2 ** 31 - 1],
  bad: [
    [least - 1, new RegExp(`at least ${least}`)],
    [2 ** 31, /between/],
  ],
});

const tables: Readonly<Record<string, Readonly<Record<string, Members>>>> = {
  cluster: {
    name: {
      good: ["a", "prod-1", "a".repeat(42)],
      bad: [
        ["", /begin with a lower case letter/],
        ["Prod", /Did you mean `prod`\?$/],
        ["my_cluster", /Did you mean `my-cluster`\?$/],
        ["9x", /begin with a lower case letter/],
        ["a-", /Did you mean `a`\?$/],
        ["a.b", /begin with a lower case letter/],
        ["a".repeat(43), /at most 42 characters; got 43/],
      ],
    },
    namespace: {
      good: ["tenant-a", "0"],
      bad: [
        ["", /lower case/],
        ["A", /lower case/],
        ["a".repeat(64), /at most 63/],
      ],
    },
    version: {
      good: ["1.34", "v1.34", "1.34.4", "v1.34.4+build"],
      bad: [
        ["", /Kubernetes version/],
        ["latest", /Kubernetes version/],
        ["~> 1.34", /Kubernetes version/],
        ["134", /Did you mean `1\.34`\?$/],
        ["1,34", /Did you mean `1\.34`\?$/],
        ["1.34.x", /Did you mean `1\.34`\?$/],
      ],
    },
    storage_class: storageClasses,
    host: {
      good: ["api.example.org", "localhost"],
      bad: [...hostNames, ["", /must be a host name/], ["*.example.org", /must be a host name/]],
    },
    "control_plane.replicas": counts(1),
    "control_plane.api_server.extra_args": {
      good: [["--v=2"], ["--profiling"], ["--a=b=c", "--a=d"], []],
      bad: [
        [["v=2"], /Did you mean `--v=2`\?$/],
        [["-v=2"], /Did you mean `--v=2`\?$/],
        [["--v 2"], /Did you mean `--v=2`\?$/],
        [["--v=2", "--v=2"], /same value twice/],
        [["--a=b\nc"], /form `--name=value`/],
        [[""], /form `--name=value`/],
      ],
    },
    "control_plane.api_server.extra_volumes.name": volumeNames,
    "control_plane.api_server.extra_volumes.config_map.name": configMaps,
    "control_plane.api_server.extra_volumes.config_map.items.key": filled,
    "control_plane.api_server.extra_volumes.config_map.items.path": filled,
    "control_plane.api_server.extra_volumes.secret.secret_name": secretNames,
    "control_plane.api_server.extra_volumes.secret.items.key": filled,
    "control_plane.api_server.extra_volumes.secret.items.path": filled,
    "control_plane.api_server.extra_volume_mounts.name": volumeNames,
    "control_plane.api_server.extra_volume_mounts.mount_path": filled,
    "control_plane.api_server.extra_volume_mounts.sub_path": filled,
    "talos.version": {
      good: ["v1.13.6", "v1.14.0-alpha.1"],
      bad: [
        ["1.13.6", /Did you mean `v1\.13\.6`\?$/],
        ["v1.13", /Talos version/],
        ["", /Talos version/],
      ],
    },
    "talos.schematic_id": {
      good: ["0123456789abcdef".repeat(4)],
      bad: [
        ["", /64 hexadecimal digits/],
        ["A".repeat(64), /64 hexadecimal digits/],
      ],
    },
    "talos.image_factory_url": {
      good: ["https://factory.talos.dev", "http://factory.internal:8080/x"],
      bad: [
        ["factory.talos.dev", /Did you mean `https:\/\/factory\.talos\.dev`\?$/],
        ["https://user:pw@factory", /must be a URL/],
        ["", /must be a URL/],
      ],
    },
    "talos.installer_repository": {
      good: ["factory.talos.dev/installer", "registry.internal:5000/a/b-c"],
      bad: [
        ["factory.talos.dev/installer:v1.13.6", /without a tag/],
        ["installer", /without a tag/],
        ["", /without a tag/],
      ],
    },
    ...Object.fromEntries(
      ["api_server", "controller_manager", "scheduler", "konnectivity"].flatMap((component) => [
        [`control_plane.${component}.resources_preset`, presets],
        [`control_plane.${component}.resources.cpu`, cpus],
        [`control_plane.${component}.resources.memory`, podMemories],
      ]),
    ),
    "oidc.mode": words("None", "System", "CustomConfig"),
    "oidc.custom_config.config": {
      good: ["", "apiVersion: apiserver.config.k8s.io/v1beta1\nkind: AuthenticationConfiguration\njwt: []\n"],
      bad: [
        ["a: [", /not valid YAML: .* in line 1/],
        ["- a", /YAML mapping/],
        ["kind: Config\napiVersion: v1\n", /AuthenticationConfiguration/],
      ],
    },
    "oidc.custom_config.secret_ref.name": secretNames,
    "oidc.users.email": {
      good: ["jane@example.org", "a+b@c.d.e"],
      bad: [
        ["", /empty/],
        ["jane", /e-mail/],
        ["Jane <jane@example.org>", /e-mail/],
        [" jane@example.org", /Did you mean `jane@example\.org`\?$/],
      ],
    },
    "oidc.users.role": words("admin", "view"),
    "node_health_check.max_unhealthy": unhealthy,
    "node_health_check.node_startup_timeout": startup,
    labels: {
      good: [{}, { team: "a", "example.org/x": "", ["a".repeat(45)]: "A_b.c-1" }],
      bad: [
        ...labelKeys,
        [{ a: "b c" }, /values of at most 63/],
        [{ a: "-b" }, /values of at most 63/],
        [{ a: "b".repeat(64) }, /values of at most 63/],
      ],
    },
    annotations: { good: [{ a: "any text\nat all" }], bad: [...labelKeys, [{ a: "b".repeat(262_144) }, /256 KiB/]] },
    upgrade_strategy: words("single", "stepwise"),
    wait_for: words("accepted", "ready"),
    "timeouts.create": durations,
    "timeouts.update": durations,
    "timeouts.delete": durations,
  },
  nodegroup: {
    cluster_id: clusterIds,
    name: {
      good: ["a", "9-x"],
      bad: [
        ["", /lower case/],
        ["my_group", /Did you mean `my-group`\?$/],
        ["A", /Did you mean `a`\?$/],
        ["-a", /lower case/],
      ],
    },
    instance_type: {
      good: ["u1.xlarge", "cx1.4xlarge1gi"],
      bad: [
        ["", /name of an instance type/],
        ["U1.XLarge", /Did you mean `u1\.xlarge`\?$/],
        ["u1 large", /name of an instance type/],
      ],
    },
    "resources.cpu": cpus,
    "resources.memory": nodeMemories,
    min_replicas: counts(0),
    max_replicas: counts(0),
    disk_size: {
      good: ["1Gi", "20Gi", "100G", "1e10", "21474836480"],
      bad: [
        ["", /size with a unit/],
        ["20", /which is 20 bytes. Did you mean `20Gi`\?$/],
        ["20GB", /Did you mean `20Gi` or `20G`\?$/],
        ["20 GiB", /Did you mean `20Gi`/],
        ["20gi", /Did you mean `20Gi`\?$/],
        ["-1Gi", /size with a unit/],
        ["512Mi", /at least `1Gi`/],
        ["20m", /at least `1Gi`/],
        ["9Ei", /at most `1Pi`/],
      ],
    },
    storage_class: storageClasses,
    roles: {
      good: [["ingress-nginx", "a.b"], []],
      bad: [
        [["ingress nginx"], /Did you mean `ingress-nginx`\?$/],
        [["a/b"], /label names/],
        [[""], /label names/],
      ],
    },
    "gpus.name": {
      good: ["nvidia.com/AD102GL_L40S", "L40S"],
      bad: [
        ["", /device name/],
        ["L40S x2", /device name/],
        ["a/b/c", /device name/],
      ],
    },
    "kubelet.eviction_hard_memory": thresholds,
    "kubelet.eviction_soft_memory": thresholds,
    "kubelet.system_reserved_memory": reservedMemories,
    "kubelet.kube_reserved_memory": reservedMemories,
    "kubelet.system_reserved_cpu": reservedCpus,
    "kubelet.kube_reserved_cpu": reservedCpus,
    max_unhealthy: unhealthy,
    node_startup_timeout: startup,
    wait_for: words("accepted", "ready"),
    "timeouts.create": durations,
    "timeouts.update": durations,
    "timeouts.delete": durations,
  },
  addon: {
    cluster_id: clusterIds,
    name: {
      good: ["cert-manager", "certManager", "velero"],
      bad: [
        ["", /must be one of/],
        ["certmanager", /Did you mean `cert-manager`\?$/],
        ["ingress_nginx", /Did you mean `ingress-nginx`\?$/],
        ["istio", /must be one of/],
      ],
    },
    values_yaml: {
      good: ["", "a: 1", "a: yes"],
      bad: [
        ["a: [b", /not valid YAML: .* in line 1/],
        ["- a", /YAML mapping/],
        ["text", /YAML mapping/],
      ],
    },
    values_wo_version: { good: [0, 1, -5], bad: [] },
    expose_method: words("Proxied", "LoadBalancer"),
    hosts: {
      good: [["www.example.org", "*.example.org"], []],
      bad: [
        ...hostNames.map(([host, text]): [Value, RegExp] => [[host ?? null], text]),
        [["a.*.org"], /must be a host name/],
        [["a.b", "a.b"], /same value twice/],
      ],
    },
    resolve_conflicts_on_create: words("NONE", "OVERWRITE", "ADOPT"),
    on_destroy: words("disable", "preserve", "reset"),
    wait_for: words("accepted", "ready"),
    "timeouts.create": durations,
    "timeouts.update": durations,
    "timeouts.delete": durations,
  },
};

/** Attributes that a configuration may set and that hold texts or numbers, in whatever collection. */
function* settable(attributes: Attributes, prefix = ""): Generator<[string, (value: never) => string | undefined]> {
  for (const [name, { kind, mode, check }] of Object.entries(attributes)) {
    if (mode === "computed") continue;
    if (!kind.plain) yield* settable(kind.attributes, `${prefix}${name}.`);
    else if (holdsText(kind.wire)) yield [`${prefix}${name}`, check ?? (() => undefined)];
  }
}

const holdsText = (type: Type): boolean =>
  type.kind === "string" || type.kind === "number" || ("element" in type && holdsText(type.element));

describe.each([
  ["cluster", clusterSchema],
  ["nodegroup", nodegroupSchema],
  ["addon", addonSchema],
] as const)("hikube_%s", (resource, schema) => {
  const table = tables[resource] ?? {};
  const attributes = [...settable(schema)];

  test("every text and number that a configuration may set has valid and invalid members here", () => {
    expect(attributes.map(([name]) => name).sort()).toEqual(Object.keys(table).sort());
  });

  test.each(attributes)("%s takes its valid values and refuses the others with a reason", (name, check) => {
    const { good, bad } = table[name] ?? free;
    for (const value of good) expect(check(value as never), JSON.stringify(value)).toBeUndefined();
    for (const [value, text] of bad) {
      const complaint = check(value as never);
      expect(complaint, JSON.stringify(value).slice(0, 100)).toMatch(text);
      expect(complaint?.length).toBeLessThan(500);
    }
  });
});

/** What the documentation says of defaults is what the declaration says. */
test.each([
  ["cluster", cluster],
  ["nodegroup", nodegroup],
  ["addon", addon],
] as const)("the defaults of hikube_%s are told", (_, { definition }) => {
  for (const [name, attribute] of Object.entries(definition.schema)) {
    if (attribute.default !== null) expect(attribute.doc, name).toContain(`Default: \`${String(attribute.default)}\``);
  }
  const { timeouts } = definition.schema;
  if (timeouts === undefined || timeouts.kind.plain) throw new Error("timeouts are a nested attribute");
  for (const operation of ["create", "update", "delete"] as const) {
    expect(timeouts.kind.attributes[operation]?.doc).toContain(`Default: \`${definition.timeouts[operation]}\``);
  }
});
