import { describe, expect, test } from "vitest";
import { clusterFinding } from "../../../src/cli/doctor/cluster-finding.ts";
import { ok, problem, skipped, warning } from "../../../src/cli/doctor/finding.ts";
import { type Login, loginFinding } from "../../../src/cli/doctor/login.ts";
import { platformFinding } from "../../../src/cli/doctor/platform-finding.ts";
import type { Reach } from "../../../src/cli/doctor/reach.ts";
import { reachFindings } from "../../../src/cli/doctor/reach-findings.ts";
import { isFine, jsonReport, textReport } from "../../../src/cli/doctor/report.ts";
import { rightsFinding, rightsFor } from "../../../src/cli/doctor/rights.ts";
import { platformFrom } from "../../../src/core/platform/platform.ts";
import { bundledProfile } from "../../../src/core/platform/profile.ts";
import type { ClusterProgress } from "../../../src/core/progress.ts";
import type { Connection } from "../../../src/kube/http/connection.ts";
import { KubeError } from "../../../src/kube/kube-error.ts";

const now = Date.parse("2027-01-01T00:00:00Z");
const day = 24 * 3_600_000;
const connection: Connection = {
  server: "https://api.example.org:6443",
  namespace: "tenant-a",
  ca: undefined,
  insecure: false,
  tlsServerName: undefined,
  proxy: undefined,
  clientCertificate: undefined,
  credential: { kind: "none" },
  origins: { server: "KUBECONFIG", credential: 'the user "jane" in KUBECONFIG' },
  headers: {},
  requestTimeoutMs: 1_000,
  maxRetries: 0,
};
const certificate = (validTo: number) => ({ subject: "api", issuer: "ca", validTo });
const good: Reach = { addresses: ["203.0.113.5"], protocol: "TLSv1.3", chain: [certificate(now + 400 * day)] };

describe("the connection", () => {
  const findings = (found: Reach, more: Partial<Connection> = {}) =>
    reachFindings({ ...connection, ...more }, found, now);
  const of = (check: string, found: Reach, more: Partial<Connection> = {}) =>
    findings(found, more).find((finding) => finding.check === check);

  test("names the addresses, the end of the certificate and the clock where all is well", () => {
    expect(findings({ ...good, date: { server: now, local: now + 5_000 } })).toEqual([
      ok("proxy", "none: the connection is direct"),
      ok("connection", "api.example.org:6443 resolves to 203.0.113.5 and answers (TLSv1.3)"),
      ok("certificate", "is trusted, valid until 2028-02-05", { details: ["api, issued by ca, until 2028-02-05"] }),
      ok("clock", "agrees with the server's"),
    ]);
  });

  test("shows a proxy and where it comes from, without its password", () => {
    const proxy = { url: "http://jane:secret@proxy.example.org:3128/", origin: "HTTPS_PROXY", explicit: false };
    expect(of("proxy", good, { proxy })).toEqual(ok("proxy", "http://proxy.example.org:3128, from HTTPS_PROXY"));
    const error = new KubeError("Network", "The proxy in HTTPS_PROXY cannot be reached: it refuses connections.");
    expect(findings({ error }, { proxy })[1]?.advice).toMatch(/^Check the proxy in HTTPS_PROXY, or .* NO_PROXY\.$/);
  });

  test.each([
    ["a name that does not resolve", true, /VPN or another DNS server/],
    ["a port that refuses", false, /address and the port in KUBECONFIG/],
  ])("says what to do about %s", (_, unresolved, advice) => {
    const error = new KubeError("Network", "The API cannot be reached.", { unresolved });
    const [, connected, ...others] = findings({ error });
    expect(connected).toMatchObject({
      status: "problem",
      text: "The API cannot be reached",
      advice: expect.stringMatching(advice),
    });
    expect(others).toEqual([]);
  });

  test("warns of a certificate that expires soon, also where it is an authority's", () => {
    const chain = [certificate(now + 400 * day), { subject: "ca", issuer: "root", validTo: now + 1.5 * day }];
    expect(of("certificate", { ...good, chain })).toMatchObject({
      status: "warning",
      text: "is trusted, but ca expires on 2027-01-02, in 1 day",
    });
  });

  test("a certificate that is not trusted is a problem, one that is not checked a warning", () => {
    const distrust = new KubeError("Tls", "It is signed by an unknown authority.", { hint: "Set the authority." });
    expect(of("certificate", { ...good, distrust })).toMatchObject({
      status: "problem",
      text: "It is signed by an unknown authority",
      advice: "Set the authority.",
    });
    expect(of("certificate", { ...good, distrust }, { insecure: true })).toMatchObject({
      status: "warning",
      advice: "Remove `insecure` and set `cluster_ca_certificate`.",
    });
  });

  test.each([
    [-29, "ok", "agrees with the server's"],
    [90, "warning", "is 1m30s ahead of the server's"],
    [-90, "warning", "is 1m30s behind the server's"],
    [-600, "problem", "is 10m behind the server's"],
  ])("a clock that is %i s off is %s", (seconds, status, text) => {
    expect(of("clock", { ...good, date: { server: now, local: now + seconds * 1_000 } })).toMatchObject({
      status,
      text,
    });
  });

  test("without a date of the server, the clock is not compared", () => {
    expect(of("clock", good)).toEqual(skipped("clock", "not compared: the server tells no time"));
  });
});

describe("the login", () => {
  const login = (more: Partial<Login> = {}): Login => ({
    connection,
    subject: undefined,
    expiresAt: undefined,
    renewed: false,
    ...more,
  });

  test.each<[string, Login, string | undefined, string, RegExp]>([
    [
      "the platform's name for the user comes first",
      login({ subject: "sub" }),
      "jane",
      "ok",
      /^as jane, with the user "jane" in KUBECONFIG$/,
    ],
    [
      "the name in a token serves where the platform tells none",
      login({ subject: "sub" }),
      undefined,
      "ok",
      /^as sub, /,
    ],
    ["a long login is fine", login({ expiresAt: now + day }), "jane", "ok", /until 2027-01-02T00:00:00\.000Z$/],
    ["a short one is a warning", login({ expiresAt: now + 600_000 }), "jane", "warning", /in 10m$/],
    ["unless it is renewed", login({ expiresAt: now + 600_000, renewed: true }), "jane", "ok", /renewed by itself$/],
    ["an anonymous one is a problem", login(), "system:anonymous", "problem", /no user is logged in/],
  ])("%s", (_, given, user, status, text) => {
    expect(loginFinding(given, user, now)).toMatchObject({ status, text: expect.stringMatching(text) });
  });
});

describe("the rights", () => {
  const asked = rightsFor({ nodeGroupsInSpec: true, servesPools: true, servesOptions: true });

  test("are fine where none is missing", () => {
    expect(rightsFinding(asked, [], "tenant-a")).toMatchObject({
      status: "ok",
      text: `all ${asked.length} that the provider uses in tenant-a`,
    });
  });

  test("that only checks need are a warning that tells what is lost", () => {
    const missing = asked.filter(
      ({ resource, verb }) =>
        resource === "events" || (resource === "kubernetesnodeses" && verb !== "get" && verb !== "list"),
    );
    expect(rightsFinding(asked, missing, "tenant-a")).toMatchObject({
      status: "warning",
      text: `4 of ${asked.length} that the provider uses in tenant-a are missing`,
      details: [
        "create, patch, delete kubernetesnodeses.apps.cozystack.io. Without it, node groups of their own cannot be changed.",
        "list events. Without it, no text says why a cluster is not ready.",
      ],
    });
  });

  test("that the provider cannot do without are a problem", () => {
    const missing = asked.filter(({ resource }) => resource === "workloadmonitors");
    expect(rightsFinding(asked, missing, "tenant-a")).toMatchObject({
      status: "problem",
      text: `1 of ${asked.length} that the provider uses in tenant-a is missing`,
      advice: expect.stringContaining('the role "admin"'),
    });
  });

  test("to node groups of their own are required only where there are no others", () => {
    const required = (nodeGroupsInSpec: boolean) =>
      rightsFor({ nodeGroupsInSpec, servesPools: true, servesOptions: false })
        .filter(({ resource }) => resource === "kubernetesnodeses")
        .every((right) => right.required);
    expect([required(true), required(false)]).toEqual([false, true]);
  });
});

describe("the platform", () => {
  const of = (version: "1.1.2" | "1.6.2", source: "live" | "bundled") => {
    const { clusterSpec, poolSpec } = bundledProfile(version);
    return platformFinding(platformFrom(source, clusterSpec, poolSpec));
  };

  test("1.1 is told with what it lacks and does", () => {
    expect(of("1.1.2", "live")).toMatchObject({
      status: "ok",
      text: "like Cozystack 1.1.2, Kubernetes 1.30 to 1.35, 10 add-ons",
      details: [
        expect.stringContaining("has no `oidc`, `node_health_check`, `talos`"),
        expect.stringContaining("`md0`"),
        expect.stringContaining("two nodes"),
        expect.stringContaining("errors 500"),
      ],
    });
  });

  test("1.6 hides conflicts", () => {
    expect(of("1.6.2", "live").details).toEqual([expect.stringContaining("hides conflicts of writes")]);
  });

  test("that does not describe itself is a problem", () => {
    expect(of("1.1.2", "bundled")).toMatchObject({
      status: "problem",
      text: expect.stringContaining("nothing can be written"),
    });
  });
});

describe("a cluster", () => {
  const cluster = (more: Partial<ClusterProgress> = {}): ClusterProgress => ({
    id: { namespace: "tenant-a", name: "prod" },
    ready: false,
    status: "ready",
    message: "",
    version: "v1.34",
    controlPlane: { ready: true, readyReplicas: 2 },
    release: 1,
    nodeGroups: [],
    addons: [],
    lastEvent: undefined,
    ...more,
  });
  const web = { name: "web", ready: false, readyReplicas: 1, minReplicas: 3, maxReplicas: 5, gpus: [] };

  test("that is ready is one line", () => {
    const nodeGroups = [{ ...web, ready: true }];
    expect(clusterFinding(cluster({ ready: true, nodeGroups }), "")).toEqual(
      ok("cluster", "prod is ready: v1.34, 1 node group, 0 add-ons"),
    );
  });

  test("names the setting that the platform refuses", () => {
    const message =
      "Helm upgrade failed: values don't meet the specifications of the schema(s) in the following chart(s):\nkubernetes:\n" +
      "- at '/nodeGroups/web/minReplicas': got string, want integer";
    expect(clusterFinding(cluster({ status: "failed", message }), "")).toMatchObject({
      status: "problem",
      text: "prod is not ready: the platform cannot put its settings into effect",
      details: ["`min_replicas` of node group web: got string, want integer."],
      advice: expect.stringMatching(/^Correct this setting and apply again/),
    });
  });

  test("whose failure passes is left to the platform", () => {
    const failed = cluster({ status: "failed", message: "context deadline exceeded" });
    expect(clusterFinding(failed, "").advice).toMatch(/^The platform tries again by itself: .*`hikube watch prod`/);
  });

  test.each([
    ["pending", "the platform has not begun with it"],
    ["progressing", "the platform is working on it"],
    ["starting", "its control plane is not running yet"],
    ["deleting", "it is being deleted"],
  ] as const)("that is %s is a warning", (status, text) => {
    expect(clusterFinding(cluster({ status }), "")).toMatchObject({
      status: "warning",
      text: `prod is not ready: ${text}`,
    });
  });

  test("without enough nodes is a problem where the platform says why", () => {
    const short = cluster({
      nodeGroups: [web],
      addons: [{ name: "velero", ready: false, status: "progressing", message: "velero is pending" }],
    });
    expect(clusterFinding(short, "")).toMatchObject({
      status: "warning",
      text: "prod runs, but parts of it do not",
      details: ["Node group web: 1 of 3 nodes run.", "Add-on velero: velero is pending."],
    });
    const quota = "Quota used up or nearly so: limits.cpu 64 of 64.";
    expect(clusterFinding(cluster({ nodeGroups: [web] }), quota)).toMatchObject({
      status: "problem",
      text: "prod runs, but a part of it does not",
      details: ["Node group web: 1 of 3 nodes run.", quota],
      advice: expect.stringContaining("larger quota"),
    });
  });
});

describe("the report", () => {
  const examined = { server: "https://api", namespace: "tenant-a" };
  const findings = [
    ok("proxy", "none"),
    warning("clock", "is late", { details: ["By a minute."], advice: "Set it." }),
    problem("login", "Bearer eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl was refused."),
  ];

  test("as text aligns its columns and ends with a count", () => {
    expect(textReport(examined, findings, false)).toBe(
      [
        "https://api, namespace tenant-a",
        "",
        "ok       Proxy        none",
        "warning  Clock        is late",
        "                      By a minute.",
        "                      → Set it.",
        "problem  Login        Bearer [redacted] was refused",
        "",
        "1 problem, 1 warning.",
        "",
      ].join("\n"),
    );
    expect(textReport(examined, findings.slice(0, 1), false)).toMatch(/\nNo problems found\.\n$/);
  });

  test("in a terminal has coloured statuses and the same text", () => {
    const coloured = textReport(examined, findings, true);
    expect(coloured).toContain("\u001b[31mproblem ");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it removes the colours.
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(textReport(examined, findings, false));
  });

  test("as JSON has the same keys for every finding", () => {
    const report = JSON.parse(jsonReport(examined, findings)) as { findings: object[] };
    expect(report).toMatchObject({ ok: false, server: "https://api", namespace: "tenant-a" });
    for (const finding of report.findings) {
      expect(Object.keys(finding)).toEqual(["check", "status", "text", "details", "advice"]);
    }
    expect(isFine(findings.slice(0, 2))).toBe(true);
  });
});
