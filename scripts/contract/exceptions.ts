import type { Json } from "../../src/base/json.ts";

/** A path at which the sandbox may differ from the recording, and why. Everything else must be equal. */
export interface Exception {
  /** How the path is printed. */
  readonly name: string;
  readonly path: RegExp;
  readonly reason: string;
  /** Whether these two values differ only in what is excepted. */
  readonly alike: (ours: Json | undefined, theirs: Json | undefined) => boolean;
}

const bothMatch =
  (pattern: RegExp) =>
  (ours: Json | undefined, theirs: Json | undefined): boolean =>
    typeof ours === "string" && typeof theirs === "string" && pattern.test(ours) && pattern.test(theirs);

const isTextOrAbsent = (value: Json | undefined) => value === undefined || typeof value === "string";

const withoutHash = (value: Json | undefined) =>
  typeof value === "string" ? value.replace(/\?hash=[0-9A-F]+$/, "") : value;

/** What may differ in an answer or a stored object. uids are not in it: they must correspond one to one. */
export const answerExceptions: readonly Exception[] = [
  {
    name: "…/resourceVersion",
    path: /\/resourceVersion$/,
    reason: "a counter of the whole etcd, which other controllers moved",
    alike: bothMatch(/^[0-9]+$/),
  },
  {
    name: "…/creationTimestamp, …/deletionTimestamp, …/lastTransitionTime, …/time",
    path: /\/(creationTimestamp|deletionTimestamp|lastTransitionTime|time)$/,
    reason: "the moment of the recording",
    alike: bothMatch(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z$/),
  },
  {
    name: "/paths/…/serverRelativeURL, after ?hash=",
    path: /^\/paths\/.*\/serverRelativeURL$/,
    reason: "a hash of documents that hold descriptions",
    alike: (ours, theirs) => withoutHash(ours) === withoutHash(theirs) && ours !== withoutHash(ours),
  },
];

/** What may differ in the OpenAPI document. */
export const openApiExceptions: readonly Exception[] = [
  {
    name: "…/description",
    path: /\/description$/,
    reason: "prose of the platform's and of Kubernetes' source, which no client evaluates",
    alike: (ours, theirs) => isTextOrAbsent(ours) && isTextOrAbsent(theirs),
  },
  {
    name: "/info/version",
    path: /^\/info\/version$/,
    reason: "`0.1-` and a hash of the document with its descriptions",
    alike: bothMatch(/^0\.1-[0-9a-f]+$/),
  },
];
