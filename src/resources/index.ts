import type { Resource } from "../engine/resource.ts";
import { addon } from "./addon.ts";
import { cluster } from "./cluster.ts";
import { nodegroup } from "./nodegroup.ts";
import type { Session } from "./session.ts";
import { toldOnce } from "./told-once.ts";

/** Every resource of the provider. A new one is one file and one line here. */
export const resources: readonly Resource<Session>[] = [cluster, nodegroup, addon].map(toldOnce);
