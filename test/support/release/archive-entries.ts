import { crc32, inflateRawSync } from "node:zlib";

export interface ArchiveEntry {
  readonly path: string;
  readonly mode: number;
  /** As the archive holds it: date and time of MS-DOS. */
  readonly time: number;
  readonly content: Buffer;
}

/** The entries of a zip, from its central directory (APPNOTE 6.3.10, section 4.3). Throws where a checksum is wrong. */
export function archiveEntries(zip: Buffer): readonly ArchiveEntry[] {
  const end = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const entries: ArchiveEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const path = zip.toString("utf8", at + 46, at + 46 + name);
    const content = inflateRawSync(zip.subarray(begin, begin + zip.readUInt32LE(at + 20)));
    if (crc32(content) !== zip.readUInt32LE(at + 16)) throw new Error(`${path} has another checksum`);
    entries.push({ path, mode: zip.readUInt32LE(at + 38) >>> 16, time: zip.readUInt32LE(at + 12), content });
    at += 46 + name + extra + comment;
  }
  return entries;
}
