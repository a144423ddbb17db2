import type { Resource } from "../engine/resource.ts";
import { addon } from "./addon/resource.ts";
import { cluster } from "./cluster/resource.ts";
import { nodegroup } from "./node-group/resource.ts";
import type { Session } from "./shared/session.ts";
import { toldOnce } from "./shared/told-once.ts";

/** Every resource of the provider. A new one is one file and one line here. */
export const resources: readonly Resource<Session>[] = [cluster, nodegroup, addon].map(toldOnce);
