import { crc32 } from "node:zlib";

/** Returns a zip with one executable file, uncompressed. The structures are those of PKWARE's APPNOTE.TXT. */
export function zipOf(name: string, content: Buffer): Buffer {
  const path = Buffer.from(name);
  const shared = Buffer.alloc(26);
  shared.writeUInt16LE(20, 0); // version needed; flags, method and time stay 0
  shared.writeUInt32LE(crc32(content), 10);
  shared.writeUInt32LE(content.length, 14);
  shared.writeUInt32LE(content.length, 18);
  shared.writeUInt16LE(path.length, 22);
  const file = Buffer.concat([signature(0x04034b50), shared, path, content]);

  const attributes = Buffer.alloc(14);
  attributes.writeUInt32LE(0o100755 * 0x10000, 6);
  const madeByUnix = Buffer.from([20, 3]);
  const entry = Buffer.concat([signature(0x02014b50), madeByUnix, shared, attributes, path]);

  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(entry.length, 8);
  end.writeUInt32LE(file.length, 12);
  return Buffer.concat([file, entry, signature(0x06054b50), end]);
}

function signature(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(number);
  return bytes;
}
