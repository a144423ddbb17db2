import type { ClusterState } from "../store/cluster-state.ts";
import type { TenantStore } from "../store/tenant-store.ts";
import type { KindRegistry } from "./kind-registry.ts";
import type { ObjectView } from "./object-view.ts";

/** A request for objects of one kind. */
export interface ObjectRequest {
  readonly method: string;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: string;
  readonly userAgent: string;
}

/** What writes work on. */
export interface WriteContext {
  readonly cluster: ClusterState;
  readonly kinds: KindRegistry;
  readonly view: ObjectView;
  readonly store: TenantStore;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called after a write of a client: controllers look again. */
  readonly written: () => void;
}

export const isDryRun = (request: ObjectRequest): boolean => request.query.get("dryRun") === "All";

/** The name under which a client owns fields. */
export const managerName = (request: ObjectRequest): string =>
  request.query.get("fieldManager") || request.userAgent.split("/")[0] || "unknown";
