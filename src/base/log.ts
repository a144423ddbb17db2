export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Fields of a log line: plain values, no payloads, no secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A structured log. The process determines the destination; libraries only write to it. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

export const noLog: Log = () => {};
