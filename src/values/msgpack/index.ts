/**
 * Terraform's MessagePack (protocol.md §3.2). A codec of our own because numbers must stay exact, bytes and text differ, objects have
 * exact key sets, and no general library offers all three without slowing the common case.
 */
export { decodeMsgpack } from "./decode.ts";
export { encodeMsgpack } from "./encode.ts";
