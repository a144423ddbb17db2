// A plugin in a process of its own: answers metadata and stops, says on stderr what its lifecycle callbacks heard.
import type { Unary } from "../../../src/base/rpc.ts";
import { hclog } from "../../../src/plugin/hclog.ts";
import { servePlugin } from "../../../src/plugin/serve-plugin.ts";
import { services, type tfplugin6 } from "../../../src/protocol/generated/tfplugin6.js";
import { COOKIE } from "../../support/plugin-client/process.ts";

process.nextTick(() => console.log("printed around the handshake"));
const getMetadata: Unary<tfplugin6.GetMetadata.Request, tfplugin6.GetMetadata.IResponse> = () => {
  console.log("printed by a handler");
  return { resources: [{ typeName: "acme_thing" }] };
};
const readResource: Unary<tfplugin6.ReadResource.Request, tfplugin6.ReadResource.IResponse> = (request) => ({
  newState: request.currentState,
  private: request.private,
});
const stopProvider: Unary<tfplugin6.StopProvider.Request, tfplugin6.StopProvider.IResponse> = () => {
  setImmediate(() => {
    throw new Error("it broke, Bearer abcdefghijklmnop");
  });
  return new Promise(() => {});
};
const log = hclog({ stream: process.stderr, level: "trace", name: "fixture" });
await servePlugin({
  cookie: COOKIE,
  protocolVersion: 6,
  services: [
    {
      definition: services["tfplugin6.Provider"],
      implementation: { GetMetadata: getMetadata, ReadResource: readResource, StopProvider: stopProvider },
    },
  ],
  log,
  onShutdown: () => log("info", "heard shutdown"),
  onClientGone: () => log("info", "heard client gone"),
  onStop: () => log("info", "heard stop"),
  ...(process.env["FIXTURE_NETWORK"] === "tcp" && { network: "tcp" as const }),
});
