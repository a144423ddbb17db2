import { serveReattach } from "../../../src/plugin/serve-reattach.ts";
import { services } from "../../../src/protocol/generated/tfplugin6.js";

/**
 * Serves providers that have only these resource types, with an `id` each. A CLI starts the provider of every resource in a state, also of
 * one that a `moved` block takes away, and asks it for nothing but its schema. Reattach settings by address, and a function that stops.
 */
export async function standInProviders(
  types: Readonly<Record<string, readonly string[]>>,
): Promise<{ readonly reattach: string; stop(): Promise<void> }> {
  const served = await Promise.all(
    Object.entries(types).map(([address, names]) =>
      serveReattach({
        protocolVersion: 6,
        network: "tcp",
        providerAddresses: [address],
        services: [
          {
            definition: services["tfplugin6.Provider"],
            implementation: {
              GetProviderSchema: () => ({
                provider: { block: {} },
                resourceSchemas: Object.fromEntries(names.map((name) => [name, schema])),
              }),
              StopProvider: () => ({}),
            },
          },
        ],
      }),
    ),
  );
  return {
    reattach: JSON.stringify(Object.assign({}, ...served.map(({ environment }) => JSON.parse(environment)))),
    stop: async () => void (await Promise.all(served.map(({ stop }) => stop()))),
  };
}

const schema = { block: { attributes: [{ name: "id", type: Buffer.from('"string"'), computed: true }] } };
