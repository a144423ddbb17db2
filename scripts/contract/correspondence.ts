import { isJsonObject, type Json } from "../../src/base/json.ts";

/**
 * Which uid and which version of the recording is which of the sandbox. A uid that is met again must be the same again, so that
 * "the same object" and "replaced under the old name" stay apart.
 */
export interface Correspondence {
  /** Learns from an answer of the sandbox and the recorded one. */
  learn(ours: Json | undefined, theirs: Json | undefined): void;
  /** The recorded value in the sandbox's uids. */
  translate(theirs: Json): Json;
  /** A recorded request body as the sandbox must get it: with its own uids and versions. */
  request(body: Json): Json;
}

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export function createCorrespondence(): Correspondence {
  const uids = new Map<string, string>();
  const versions = new Map<string, string>();

  const taken = new Set<string>();

  /** One to one: a uid that stands for another already is not learned again, and so shows as a difference. */
  const pairUp = (theirUid: string, ourUid: string): void => {
    if (uids.has(theirUid) || taken.has(ourUid)) return;
    uids.set(theirUid, ourUid);
    taken.add(ourUid);
  };

  const learn = (ours: Json | undefined, theirs: Json | undefined): void => {
    if (Array.isArray(ours) && Array.isArray(theirs)) {
      ours.forEach((item, index) => {
        learn(item, theirs[index]);
      });
      return;
    }
    if (!isJsonObject(ours) || !isJsonObject(theirs)) return;
    const pair = (key: string) => [theirs[key], ours[key]] as const;
    const [theirUid, ourUid] = pair("uid");
    if (typeof theirUid === "string" && typeof ourUid === "string") pairUp(theirUid, ourUid);
    const [theirVersion, ourVersion] = pair("resourceVersion");
    if (typeof theirVersion === "string" && typeof ourVersion === "string") versions.set(theirVersion, ourVersion);
    for (const key of Object.keys(theirs)) learn(ours[key], theirs[key]);
  };

  const translate = (theirs: Json): Json =>
    JSON.parse(JSON.stringify(theirs).replace(uid, (found) => uids.get(found) ?? found)) as Json;

  return {
    learn,
    translate,
    request: (body) => {
      const translated = translate(body);
      const metadata = isJsonObject(translated) ? translated["metadata"] : undefined;
      const version = isJsonObject(metadata) ? metadata["resourceVersion"] : undefined;
      if (isJsonObject(metadata) && typeof version === "string") {
        metadata["resourceVersion"] = versions.get(version) ?? version;
      }
      return translated;
    },
  };
}
