export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Fields of a log line: plain values, never a payload, never a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A structured log. Whoever serves the process decides where lines go; libraries only write to it. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

export const noLog: Log = () => {};
