import {
  CoreV1Api,
  createConfiguration,
  type RequestContext,
  ResponseContext,
  ServerConfiguration,
  VersionApi,
  wrapHttpLibrary,
} from "@kubernetes/client-node";
import type { KubeClient } from "./kube-client.ts";
import { KubeError } from "./kube-error.ts";

/** The used methods of client-node's generated clients. The executable contains only these, of some 500 (scripts/bundle/client-node.ts). */
export const READ_METHODS = ["listNode", "listNamespacedSecret", "getCode"] as const;

/** The used part of client-node's generated clients; the kinds of the responses are in `READ_KINDS`. */
export interface TypedClients {
  readonly core: Pick<CoreV1Api, keyof CoreV1Api & (typeof READ_METHODS)[number]>;
  readonly version: Pick<VersionApi, keyof VersionApi & (typeof READ_METHODS)[number]>;
}

/** The kinds of the responses. The executable contains only these models and their parts, of some 750 (scripts/bundle.ts). */
export const READ_KINDS = ["V1NodeList", "V1SecretList", "VersionInfo"] as const;

/**
 * Runs one read of a typed client whose requests use `client`, with its proxies, retries, time limits, credentials and errors; the
 * generated clients' own HTTP has none of these. Throws KubeError; `Malformed` for a response of another kind.
 */
export async function readTyped<T>(
  client: KubeClient,
  signal: AbortSignal,
  read: (clients: TypedClients) => Promise<T>,
): Promise<T> {
  let isAnswered = false;
  const send = async (request: RequestContext): Promise<ResponseContext> => {
    const { pathname, searchParams } = new URL(request.getUrl());
    const query = Object.fromEntries(searchParams);
    const body = await client.request({ method: "GET", path: pathname, query, signal });
    isAnswered = true;
    const text = JSON.stringify(body);
    return new ResponseContext(
      200,
      { "content-type": "application/json" },
      { text: async () => text, binary: async () => Buffer.from(text), stream: () => null },
    );
  };
  // Only path and query of an address are used; `client` has the server.
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration("https://kubernetes", {}),
    httpApi: wrapHttpLibrary({ send }),
  });
  try {
    return await read({ core: new CoreV1Api(configuration), version: new VersionApi(configuration) });
  } catch (error) {
    if (!isAnswered) throw error;
    throw new KubeError("Malformed", "The API answered an object of another shape than its kind has.", {
      cause: error,
    });
  }
}
