import type { HttpAnswer } from "../server/http-server.ts";

export const plain = (status: number, text: string): HttpAnswer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  text,
});

export const pageNotFound = (): HttpAnswer => plain(404, "404 page not found\n");

/** The aggregator's answer for a server that is down. */
export const unavailable = (text: string): HttpAnswer => plain(503, text);
