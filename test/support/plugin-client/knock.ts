import type { Socket } from "node:net";

/** Whatever knocks ends with an answer, an error or a closed connection; never with silence. */
export function knock(open: () => Socket, bytes: Uint8Array, endMs = 400): Promise<Buffer> {
  return new Promise((resolve) => {
    const heard: Buffer[] = [];
    const socket = open();
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(heard));
    };
    const timer = setTimeout(end, endMs);
    socket.on("data", (chunk: Buffer) => heard.push(chunk));
    socket.on("error", end);
    socket.on("close", end);
    socket.on("connect", () => socket.write(bytes));
  });
}

const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
export const noises: readonly (readonly [string, Uint8Array])[] = [
  ["nothing but zeros", new Uint8Array(100_000)],
  ["HTTP/1.1", Buffer.from("POST /tfplugin6.Provider/GetMetadata HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  ["HTTP/2 without TLS", preface],
  [
    "HTTP/2 with frames of any kind",
    Buffer.concat([preface, Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 193) & 255))]),
  ],
  ["a TLS hello that is cut", Buffer.from("16030102000100", "hex")],
  ["a TLS record beyond its size", Buffer.concat([Buffer.from("160301ffff", "hex"), new Uint8Array(70_000)])],
  ["a megabyte of text", Buffer.alloc(1_000_000, "A")],
];
