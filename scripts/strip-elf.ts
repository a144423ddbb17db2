/**
 * An ELF64 executable without its symbol table and debug sections, which lie behind everything that is loaded; any other file as it
 * is. Terraform hashes the whole provider at every command, and a fifth of Node's executable is of no use there (design §8).
 */
export function stripElf(file: Buffer): Buffer {
  const isElf64 = file.readUInt32BE(0) === 0x7f454c46 && file[4] === 2 && file[5] === 1;
  if (!isElf64) return file;
  const headers = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  const ends = Array.from({ length: count }, (_, index) => {
    const at = headers + index * size;
    return Number(file.readBigUInt64LE(at + 8) + file.readBigUInt64LE(at + 32));
  });
  const stripped = Buffer.from(file.subarray(0, Math.max(headers + count * size, ...ends)));
  // No section headers any more: offset, count and index of their names.
  stripped.writeBigUInt64LE(0n, 40);
  stripped.writeUInt16LE(0, 60);
  stripped.writeUInt16LE(0, 62);
  return stripped;
}
