import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Hikube } from "../core/hikube.ts";
import type { Claims } from "./claims.ts";

/** What the resources of one configured provider share. */
export interface Session {
  readonly hikube: Hikube;
  readonly namespace: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly claims: Claims;
}
