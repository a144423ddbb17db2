export type PluginErrorCode =
  | "NoHost" // started by hand, not by Terraform or OpenTofu
  | "ProtocolVersion" // the host does not speak ours
  | "Certificate" // the host's client certificate cannot be read
  | "Listen"; // no socket or port could be opened

/** Why the plugin could not start. The message is one line: it is shown to the user as it stands. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: PluginErrorCode;

  constructor(code: PluginErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
