/**
 * Terraform's MessagePack (protocol.md §3.2). It is implemented here because numbers must stay exact, bytes and text differ, and
 * objects have exact key sets; no general library provides all three without slowing the common case.
 */
export { decodeMsgpack } from "./decode.ts";
export { encodeMsgpack } from "./encode.ts";
