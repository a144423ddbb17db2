import { valueAt } from "../../src/base/json-pointer.ts";
import { monitorsPath } from "../../src/core/ids.ts";
import type { ConvergeOptions } from "../../src/core/options.ts";
import { defaultTimings } from "../../src/core/timings.ts";
import type { PlatformVersion } from "../../src/sandbox/platform/profile.ts";
import { startTenancy, type Tenancy, wish } from "./tenancy.ts";

export const minute = 60_000;

/** A platform whose actions take as long as real ones, by a clock that leaps over waits. */
export interface SlowPlatform extends Tenancy {
  /** The same for a removal or a converge. */
  options<D, S>(options?: Partial<ConvergeOptions<D, S>> & { readonly within?: number }): ConvergeOptions<D, S>;
  /** Names of the monitors: what still runs. */
  running(): Promise<string[]>;
}

/** How long an install or upgrade takes there: shorter than Helm's limit, longer than any patience of the provider's but a deadline. */
export const actionMs = { "1.1.2": 4 * minute, "1.6.2": 8 * minute, next: 8 * minute } as const;

export async function startSlowPlatform(profile: PlatformVersion): Promise<SlowPlatform> {
  const settings = { timings: defaultTimings, pollIntervalMs: { first: 500, most: 5_000 } };
  const tenancy = await startTenancy(profile, settings, { speed: 1 });
  const { clock } = tenancy;
  tenancy.sandbox.faults.lifecycle("c", { actionMs: actionMs[profile] });
  return {
    ...tenancy,
    options: ({ within = 30 * minute, ...more } = {}) => wish({ deadline: clock.now() + within, ...more }),
    running: async () => {
      const client = await tenancy.client();
      const monitors = await client.request({ method: "GET", path: monitorsPath(tenancy.sandbox.namespace) });
      const items = valueAt(monitors, ["items"]);
      return (Array.isArray(items) ? items : []).map((item) => String(valueAt(item, ["metadata", "name"])));
    },
  };
}
