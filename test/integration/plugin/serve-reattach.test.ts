import { existsSync } from "node:fs";
import type { ClientReadableStream } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import type { Unary } from "../../../src/base/rpc.ts";
import { serveReattach } from "../../../src/plugin/serve-reattach.ts";
import { services, type tfplugin6 } from "../../../src/protocol/generated/tfplugin6.js";
import { call, serviceClient } from "../../support/plugin-client/services.ts";

const getMetadata: Unary<tfplugin6.GetMetadata.Request, tfplugin6.GetMetadata.IResponse> = () => ({
  resources: [{ typeName: "acme_thing" }],
});
const options = {
  protocolVersion: 6,
  services: [{ definition: services["tfplugin6.Provider"], implementation: { GetMetadata: getMetadata } }],
  providerAddresses: ["acme/foo", "example.com/acme/foo"],
};

test.each(["unix", "tcp"] as const)("serveReattach over %s serves several hosts and outlives each", async (network) => {
  const reattach = await serveReattach({ ...options, network });
  const config = JSON.parse(reattach.environment)["registry.terraform.io/acme/foo"];
  const target = network === "unix" ? `unix:${config.Addr.String}` : config.Addr.String;
  try {
    for (let round = 0; round < 2; round++) {
      const hosts = [serviceClient("tfplugin6.Provider", target), serviceClient("tfplugin6.Provider", target)];
      const stdio = serviceClient("plugin.GRPCStdio", target);
      const stream = stdio["StreamStdio"]?.({}) as ClientReadableStream<unknown>;
      stream.on("error", () => {});
      for (const host of hosts)
        expect(await call(host, "GetMetadata")).toHaveProperty("resources.0.type_name", "acme_thing");
      for (const host of [...hosts, stdio]) host.close();
    }
  } finally {
    await reattach.stop();
  }
  if (network === "unix") expect(existsSync(config.Addr.String)).toBe(false);
});

test("serveReattach names the provider for the default registries of both tools", async () => {
  const reattach = await serveReattach(options);
  try {
    const parsed = JSON.parse(reattach.environment);
    expect(Object.keys(parsed)).toEqual([
      "acme/foo",
      "registry.terraform.io/acme/foo",
      "registry.opentofu.org/acme/foo",
      "example.com/acme/foo",
    ]);
    expect(parsed["acme/foo"]).toMatchObject({ Protocol: "grpc", ProtocolVersion: 6, Pid: process.pid, Test: true });
  } finally {
    await reattach.stop();
  }
});
