export type PluginErrorCode =
  | "ProtocolVersion" // the host does not support the provider's protocol version
  | "Certificate" // the host's client certificate is invalid
  | "Listen"; // the socket or port could not be opened

/** A failure to start the plugin. The message is one line, shown to the user unchanged. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: PluginErrorCode;

  constructor(code: PluginErrorCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
