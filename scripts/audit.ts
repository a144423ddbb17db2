import { fileURLToPath } from "node:url";
import { audit } from "./audit/npm-audit.ts";

// Known vulnerabilities of the locked packages: those in a release, then all. Fails where there is one, and where there is no answer;
// a registry without an audit is no failure of ours, but must not look like a clean one.

const root = fileURLToPath(new URL("..", import.meta.url));

for (const [what, shipped] of [
  ["packages of a release", true],
  ["packages of a release, of the build and of the tests", false],
] as const) {
  const verdict = await audit(root, { shipped });
  switch (verdict.kind) {
    case "clean":
      console.log(`${what}: no known vulnerability`);
      break;
    case "found":
      console.error(`${what}: known vulnerabilities\n${verdict.findings.map((line) => `  ${line}`).join("\n")}`);
      process.exitCode = 1;
      break;
    case "no-endpoint":
      console.error(
        `!!! ${what}: NOT AUDITED. The npm registry in use has no audit (HTTP ${verdict.status}). Run this with one that has.`,
      );
      break;
    case "failed":
      console.error(`${what}: the audit failed: ${verdict.why}`);
      process.exitCode = 1;
  }
}
