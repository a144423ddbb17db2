import { afterAll, beforeAll } from "vitest";
import type { SandboxOptions } from "../../../src/sandbox/sandbox.ts";
import { type Connection, connect } from "../plugin-client/connection.ts";
import { type ProviderOnSandbox, startProviderOnSandbox } from "../provider/provider-on-sandbox.ts";
import { type Core, startCore } from "./core-client.ts";

/** The provider on a sandbox, and connections to it. */
export interface Served extends Pick<ProviderOnSandbox, "sandbox" | "clock" | "stop"> {
  connect(): Connection;
  /** Terraform core with a provider configured for the sandbox. */
  core(): Promise<Core>;
}

export async function startServed(profile: SandboxOptions["profile"]): Promise<Served> {
  const { sandbox, clock, target, stop } = await startProviderOnSandbox({ profile, speed: 50 });
  const connections: Connection[] = [];
  const open = (): Connection => {
    const connection = connect(target);
    connections.push(connection);
    return connection;
  };
  return {
    sandbox,
    clock,
    connect: open,
    core: () => startCore(async () => open(), { kubeconfig: sandbox.kubeconfig }),
    stop: async () => {
      await Promise.all(connections.map((connection) => connection.close()));
      await stop();
    },
  };
}

/** A served provider and a Terraform core for the tests of a `describe`; `prepare` runs before the first. */
export function useServed(
  profile: SandboxOptions["profile"],
  prepare?: () => Promise<unknown>,
): { readonly served: Served; readonly core: Core } {
  const fixture: { served?: Served; core?: Core } = {};
  beforeAll(async () => {
    fixture.served = await startServed(profile);
    fixture.core = await fixture.served.core();
    await prepare?.();
  });
  afterAll(() => fixture.served?.stop());
  return fixture as { readonly served: Served; readonly core: Core };
}
