import { createSocket } from "node:dgram";

export interface NameServer {
  readonly address: string;
  stop(): Promise<void>;
}

/** A DNS server (RFC 1035) that knows the address of one name, on the port of DNS, which needs root. */
export async function startNameServer(
  name: string,
  address: readonly [number, number, number, number],
): Promise<NameServer> {
  const own = "127.0.0.153";
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address: client }) => {
    const end = query.indexOf(0, 12) + 5;
    const question = query.subarray(12, end);
    const labels = [];
    for (let at = 0; question[at] !== 0; at += (question[at] ?? 0) + 1)
      labels.push(question.toString("latin1", at + 1, at + 1 + (question[at] ?? 0)));
    const isKnown = labels.join(".").toLowerCase() === name;
    const hasAddress = isKnown && question.readUInt16BE(question.length - 4) === 1;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(isKnown ? 0x8580 : 0x8583, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(hasAddress ? 1 : 0, 6);
    // A pointer to the name, type A, class IN, 60 seconds, four bytes.
    const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address]);
    socket.send(Buffer.concat([header, question, ...(hasAddress ? [answer] : [])]), port, client);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(53, own, resolve);
  });
  return { address: own, stop: () => new Promise((resolve) => socket.close(() => resolve())) };
}
