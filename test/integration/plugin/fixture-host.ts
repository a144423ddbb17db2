// A host in a process of its own, to be killed: starts the fixture plugin, connects unless told not to, prints where its socket is.
import { join } from "node:path";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { hostIdentity } from "../../support/plugin-client/identity.ts";
import { startPlugin } from "../../support/plugin-client/process.ts";
import { call } from "../../support/plugin-client/services.ts";

const plugin = await startPlugin([process.execPath, join(import.meta.dirname, "fixture-plugin.ts")], {
  identity: hostIdentity(),
});
if (!process.argv.includes("unconnected")) {
  const stream = plugin.client("plugin.GRPCStdio")["StreamStdio"]?.({}) as ClientReadableStream<unknown>;
  stream.on("error", () => {});
  await call(plugin.client("tfplugin6.Provider"), "GetMetadata");
}
process.stdout.write(`${plugin.handshake.address}\n`);
