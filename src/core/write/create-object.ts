import type { Clock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import type { Log } from "../../base/log.ts";
import { retry } from "../../base/retry.ts";
import type { RwLock } from "../../base/rw-lock.ts";
import type { KubeClient } from "../../kube/kube-client.ts";
import { KubeError } from "../../kube/kube-error.ts";
import { CoreError, isTransient } from "../core-error.ts";
import type { ObjectRef } from "../ids.ts";
import { type AppObject, parseApp } from "../object/app-object.ts";
import type { WaitOptions } from "../options.ts";
import type { Reader } from "../read/reader.ts";
import type { Writer } from "./writer.ts";

interface CreateTools {
  readonly client: KubeClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly lock: RwLock;
  readonly reader: Reader;
  readonly writer: Writer;
}

interface Creation {
  readonly ref: ObjectRef;
  /** Path of the collection. */
  readonly collection: string;
  readonly body: JsonObject;
  /** For messages, e.g. `creating cluster prod`. */
  readonly doing: string;
  /** Returns the existing object if it is the same, interrupted creation; throws CoreError otherwise. */
  readonly adopt: (found: AppObject) => AppObject;
  /** Returns the error for a name taken by an object that no read shows. */
  readonly nameTaken: () => CoreError;
}

/** How often the API may report an object that no read shows: a replica is stale, or the object was just deleted. */
const mostUnseen = 20;

/**
 * Creates an object, never twice: after a lost response or a conflict, the object is read before the next attempt. Throws the errors of
 * `adopt`, and CoreError Refused, Denied, Unreachable.
 */
export async function createObject(
  tools: CreateTools,
  { ref, collection, body, doing, adopt, nameTaken }: Creation,
  { signal, deadline }: WaitOptions,
): Promise<AppObject> {
  const { client, clock, log, random, lock, reader, writer } = tools;
  const policy = { clock, random, deadline, signal };
  let unseen = 0;
  const attempt = async (): Promise<AppObject> => {
    signal.throwIfAborted();
    try {
      const created = parseApp(
        await lock.shared(() => client.request({ method: "POST", path: collection, body, signal })),
      );
      writer.created(ref, created);
      return created;
    } catch (error) {
      reader.forget(ref);
      if (!mayExist(error)) throw error;
      const found = await retry(() => reader.app(ref.path, ref.name), { ...policy, isTransient });
      if (found !== undefined) return adopt(found);
      if (exists(error) && ++unseen > mostUnseen) throw nameTaken();
      log("debug", "a creation did not succeed; trying again", { object: ref.name });
      throw error;
    }
  };
  try {
    return await retry(attempt, { ...policy, isTransient: mayExist });
  } catch (error) {
    throw CoreError.from(error, doing, signal);
  }
}

const exists = (error: unknown): boolean => error instanceof KubeError && error.code === "AlreadyExists";

/** Whether the object may exist after this failure, or another attempt may create it. */
const mayExist = (error: unknown): boolean => exists(error) || isTransient(error);
