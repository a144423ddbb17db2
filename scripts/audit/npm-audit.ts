import { spawn } from "node:child_process";

/** What an audit of the locked packages came to. */
export type AuditVerdict =
  | { readonly kind: "clean" }
  /** One line per package with a known vulnerability. */
  | { readonly kind: "found"; readonly findings: readonly string[] }
  /** The registry does not audit; mirrors often do not. */
  | { readonly kind: "no-endpoint"; readonly status: number }
  /** No result: the registry is unreachable or refuses the request, or the output of npm has changed. */
  | { readonly kind: "failed"; readonly why: string };

/** Answers of a server that does not know the path, or not the method there. */
const noEndpoint = [404, 405, 501];

/**
 * Tells apart what `npm audit --json` printed. Its exit code cannot: it is 1 for findings as for an answer of 405. Only a whole report
 * without a finding counts as clean.
 */
export function judgeAudit(output: string): AuditVerdict {
  const report = parse(output);
  if (report === undefined) return { kind: "failed", why: "npm printed no JSON" };
  const { auditReportVersion, vulnerabilities, metadata, statusCode } = report;
  if (auditReportVersion === undefined) {
    if (typeof statusCode === "number" && noEndpoint.includes(statusCode)) {
      return { kind: "no-endpoint", status: statusCode };
    }
    const status =
      typeof statusCode === "number" ? `the registry answered ${statusCode}` : "the registry did not answer";
    return { kind: "failed", why: status };
  }
  const total =
    isRecord(metadata) && isRecord(metadata["vulnerabilities"]) ? metadata["vulnerabilities"]["total"] : undefined;
  if (auditReportVersion !== 2 || !isRecord(vulnerabilities) || typeof total !== "number") {
    return {
      kind: "failed",
      why: `npm printed a report of version ${String(auditReportVersion)}, which is not understood`,
    };
  }
  const findings = Object.entries(vulnerabilities).map(([name, found]) => describe(name, found));
  if (findings.length > 0 || total > 0) return { kind: "found", findings };
  return { kind: "clean" };
}

export interface AuditOptions {
  /** Only what is part of a release. */
  readonly shipped: boolean;
  /** Another registry than npm is configured for. */
  readonly registry?: string;
}

/** Audits the packages that the lock file of `directory` names; nothing is installed or changed. */
export function audit(directory: string, { shipped, registry }: AuditOptions): Promise<AuditVerdict> {
  const args = ["audit", "--json", "--audit-level=low", "--package-lock-only", "--fetch-retries=1"];
  if (shipped) args.push("--omit=dev");
  if (registry !== undefined) args.push(`--registry=${registry}`);
  return new Promise((resolve, reject) => {
    const child = spawn("npm", args, { cwd: directory, stdio: ["ignore", "pipe", "ignore"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", () => resolve(judgeAudit(output)));
  });
}

function describe(name: string, found: unknown): string {
  if (!isRecord(found)) return name;
  const causes = (Array.isArray(found["via"]) ? found["via"] : []).map((cause: unknown) =>
    isRecord(cause) ? `${String(cause["title"])} ${String(cause["url"])}` : `through ${String(cause)}`,
  );
  return `${name} ${String(found["range"])} (${String(found["severity"])}): ${causes.join("; ")}`;
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === "object" && json !== null && !Array.isArray(json);
