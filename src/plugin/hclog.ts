import type { Log, LogFields, LogLevel } from "../base/log.ts";
import { redact } from "../base/redact.ts";

const LEVELS: readonly LogLevel[] = ["trace", "debug", "info", "warn", "error"];

/** The host splits lines above 64 KiB and cannot parse the parts. */
const MAX_TEXT = 8 * 1024;
const MAX_LINE = 60 * 1024;

export interface HclogOptions {
  readonly stream: { write(line: string): unknown };
  /** Minimum level of the lines written; `off` writes none. */
  readonly level: LogLevel | "off";
  /** `@module` of each line. */
  readonly name: string;
  readonly now?: () => Date;
}

/**
 * Returns a log that writes the JSON lines that go-plugin hosts read from stderr (protocol.md §2.5). Every `@` key is a string, or
 * Terraform panics; the timestamp has six fractional digits, or the host shows the line as raw text. Secrets are redacted, because the
 * host masks nothing.
 */
export function hclog(options: HclogOptions): Log {
  const { stream, name, now = () => new Date() } = options;
  const threshold = options.level === "off" ? LEVELS.length : LEVELS.indexOf(options.level);
  return (level, message, fields) => {
    if (LEVELS.indexOf(level) < threshold) return;
    const head = {
      "@level": level,
      "@message": clean(message),
      "@module": name,
      "@timestamp": now().toISOString().replace("Z", "000Z"),
    };
    const line = JSON.stringify({ ...cleanFields(fields), ...head });
    stream.write(`${line.length > MAX_LINE ? JSON.stringify({ ...head, truncated: true }) : line}\n`);
  };
}

/**
 * Returns the log level that the environment sets for a provider: `TF_LOG_PROVIDER_<NAME>`, else `TF_LOG_PROVIDER`, else `TF_LOG`.
 * Unset means off; `JSON` and unknown levels mean trace, as in Terraform.
 */
export function logLevel(env: Readonly<Record<string, string | undefined>>, providerName: string): LogLevel | "off" {
  const asked = [`TF_LOG_PROVIDER_${providerName.toUpperCase()}`, "TF_LOG_PROVIDER", "TF_LOG"]
    .map((variable) => env[variable]?.trim().toLowerCase())
    .find((value) => value !== undefined && value !== "");
  if (asked === undefined || asked === "off") return "off";
  return LEVELS.find((level) => level === asked) ?? "trace";
}

function cleanFields(fields: LogFields | undefined): Record<string, string | number | boolean | null> {
  const result: Record<string, string | number | boolean | null> = {};
  for (const [key, value] of Object.entries(fields ?? {})) {
    if (value === undefined || key.startsWith("@")) continue;
    result[key] = typeof value === "string" ? clean(value) : value;
  }
  return result;
}

function clean(text: string): string {
  const redacted = redact(text);
  return redacted.length > MAX_TEXT ? `${redacted.slice(0, MAX_TEXT)}… (${redacted.length} characters)` : redacted;
}
