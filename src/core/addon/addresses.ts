import type { Context } from "../context.ts";
import type { AddonState } from "../desired/state.ts";
import { addonAddresses } from "../object/published.ts";
import { catalogueEntry } from "../platform/addon-catalogue.ts";
import type { Platform } from "../platform/platform.ts";

/** A namespace that add-ons share with others: a load balancer in it need not be the add-on's. */
const sharedNamespace = "kube-system";

/** Returns the state with its addresses, which are in the tenant's namespace; empty for a user who may not read them. */
export async function withAddresses(
  { reader }: Context,
  state: AddonState,
  platform: Platform,
  signal: AbortSignal,
  fresh = false,
): Promise<AddonState> {
  const { namespace, cluster, name } = state.id;
  const releases = catalogueEntry(platform.profile.addons, name)?.releases ?? {};
  const namespaces = Object.values(releases).filter((inside) => inside !== sharedNamespace);
  if (state.enabled === false || namespaces.length === 0) return state;
  const [ingresses, services] = await Promise.all([
    reader.ingresses(namespace, signal, fresh),
    reader.balancers(namespace, signal, fresh),
  ]);
  return { ...state, addresses: addonAddresses(ingresses ?? [], services ?? [], cluster, name, namespaces) };
}
