import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { audit, judgeAudit } from "../../../scripts/audit/npm-audit.ts";

const report = (more: object) =>
  JSON.stringify({ auditReportVersion: 2, vulnerabilities: {}, metadata: { vulnerabilities: { total: 0 } }, ...more });

describe("the output of npm audit", () => {
  test.each([
    ["nothing", "", "failed"],
    ["words", "npm error audit endpoint returned an error", "failed"],
    ["a list", "[]", "failed"],
    ["an empty object, as where the registry is out of reach", "{}", "failed"],
    ["a whole report without a finding", report({}), "clean"],
    ["a report that lost its findings", report({ vulnerabilities: undefined }), "failed"],
    ["a report that counts more than it names", report({ metadata: { vulnerabilities: { total: 1 } } }), "found"],
    ["a report without its sum", report({ metadata: {} }), "failed"],
    ["a report of another version", report({ auditReportVersion: 3 }), "failed"],
    ["a registry without the path", '{"statusCode":404}', "no-endpoint"],
    ["a registry without the method", '{"statusCode":405}', "no-endpoint"],
    ["a registry that refuses us", '{"statusCode":403}', "failed"],
    ["a registry that is broken", '{"statusCode":503}', "failed"],
  ])("%s", (_what, output, kind) => {
    expect(judgeAudit(output).kind).toBe(kind);
  });
});

describe("npm itself, with a registry of the test's own,", () => {
  const directory = mkdtempSync(join(tmpdir(), "hikube-audit-"));
  let server: Server;
  let advice: { readonly status: number; readonly body: object };
  const registry = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  beforeAll(async () => {
    const dependencies = { leaky: "1.0.0" };
    const locked = { version: "1.0.0", integrity: `sha512-${"A".repeat(86)}==` };
    const manifest = { name: "x", version: "1.0.0", dependencies };
    writeFileSync(join(directory, "package.json"), JSON.stringify(manifest));
    const packages = { "": manifest, "node_modules/leaky": locked };
    writeFileSync(
      join(directory, "package-lock.json"),
      JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
    );
    server = createServer((request, response) => {
      const { status, body } =
        request.method === "POST"
          ? advice
          : {
              status: 200,
              body: {
                name: "leaky",
                "dist-tags": { latest: "1.0.0" },
                versions: { "1.0.0": { name: "leaky", version: "1.0.0", dist: {} } },
              },
            };
      request.resume();
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    advice = { status: 200, body: {} };
  });
  afterAll(() => {
    server?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  test("finds nothing where nothing is known", async () => {
    expect(await audit(directory, { shipped: true, registry: registry() })).toEqual({ kind: "clean" });
  });

  test("finds what is known, however low", async () => {
    const known = {
      id: 1,
      url: "https://example.com/1",
      title: "Leaks",
      severity: "low",
      vulnerable_versions: "<2.0.0",
    };
    advice = { status: 200, body: { leaky: [{ ...known, cwe: [], cvss: { score: 0, vectorString: null } }] } };
    const verdict = await audit(directory, { shipped: true, registry: registry() });
    expect(verdict).toMatchObject({
      kind: "found",
      findings: [expect.stringMatching(/^leaky .*\(low\): Leaks https:\/\/example\.com\/1$/)],
    });
  });

  test("has no audit where the registry has none", async () => {
    advice = { status: 405, body: {} };
    expect(await audit(directory, { shipped: true, registry: registry() })).toEqual({
      kind: "no-endpoint",
      status: 405,
    });
  });

  test("reports a failure where no registry answers", async () => {
    expect(await audit(directory, { shipped: true, registry: "http://127.0.0.1:9/" })).toMatchObject({
      kind: "failed",
    });
  });
});
