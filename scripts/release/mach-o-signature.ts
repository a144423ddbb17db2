import { createHash } from "node:crypto";

const page = 4096;
const loadCommands = { segment64: 0x19, codeSignature: 0x1d };

/**
 * Returns a 64-bit Mach-O executable with an ad-hoc signature in the place of the one it has: the hash of each page, without a
 * certificate, as macOS asks of every program. Bun leaves the signature of its own executable where the processor is Intel's, and that
 * one does not match. The structures are those of Apple's `cs_blobs.h` and `mach-o/loader.h`.
 *
 * @param identifier the name of the program in its signature.
 */
export function signMachO(executable: Buffer, identifier: string): Buffer {
  if (executable.readUInt32LE(0) !== 0xfeedfacf) throw new Error("not a 64-bit Mach-O executable");
  const commands = commandsOf(executable);
  const signature = commands.find(({ kind }) => kind === loadCommands.codeSignature);
  const text = segment(executable, commands, "__TEXT");
  const linkEdit = segment(executable, commands, "__LINKEDIT");
  if (signature === undefined) throw new Error("the executable has no room for a signature");
  const begin = executable.readUInt32LE(signature.offset + 8);
  const signed = Buffer.from(executable.subarray(0, begin));
  const size = superBlobSize(identifier, begin);
  signed.writeUInt32LE(size, signature.offset + 12);
  const linkEditSize = begin + size - Number(signed.readBigUInt64LE(linkEdit + 40));
  const memory = 0x4000;
  signed.writeBigUInt64LE(BigInt(Math.ceil(linkEditSize / memory) * memory), linkEdit + 32);
  signed.writeBigUInt64LE(BigInt(linkEditSize), linkEdit + 48);
  return Buffer.concat([signed, superBlob(signed, identifier, signed.readBigUInt64LE(text + 48))]);
}

interface Command {
  readonly kind: number;
  readonly offset: number;
}

function commandsOf(executable: Buffer): readonly Command[] {
  const commands: Command[] = [];
  let offset = 32;
  for (let left = executable.readUInt32LE(16); left > 0; left--) {
    commands.push({ kind: executable.readUInt32LE(offset), offset });
    offset += executable.readUInt32LE(offset + 4);
  }
  return commands;
}

/** Where the command of a segment is. */
function segment(executable: Buffer, commands: readonly Command[], name: string): number {
  const found = commands.find(
    ({ kind, offset }) =>
      kind === loadCommands.segment64 && executable.toString("latin1", offset + 8, offset + 24).startsWith(`${name}\0`),
  );
  if (found === undefined) throw new Error(`the executable has no segment ${name}`);
  return found.offset;
}

const superBlobHeader = 20;
const directoryHeader = 88;
const hashSize = 32;

const pagesOf = (size: number): number => Math.ceil(size / page);

const superBlobSize = (identifier: string, codeSize: number): number =>
  superBlobHeader + directoryHeader + identifier.length + 1 + pagesOf(codeSize) * hashSize;

/** A signature of one part, the code directory. Its numbers are big-endian. */
function superBlob(code: Buffer, identifier: string, textSize: bigint): Buffer {
  const blob = Buffer.alloc(superBlobSize(identifier, code.length));
  const numbers = (offset: number, values: readonly number[]) => {
    for (const [index, value] of values.entries()) blob.writeUInt32BE(value, offset + 4 * index);
  };
  numbers(0, [0xfade0cc0, blob.length, 1, 0, superBlobHeader]);
  const hashes = directoryHeader + identifier.length + 1;
  const version = 0x20400;
  const adHoc = 0x2;
  const specialSlots = 0;
  numbers(superBlobHeader, [
    0xfade0c02,
    blob.length - superBlobHeader,
    version,
    adHoc,
    hashes,
    directoryHeader,
    specialSlots,
    pagesOf(code.length),
    code.length,
  ]);
  const sha256 = 2;
  blob.set([hashSize, sha256, 0, Math.log2(page)], superBlobHeader + 36);
  blob.writeBigUInt64BE(textSize, superBlobHeader + 72);
  const mainProgram = 1n;
  blob.writeBigUInt64BE(mainProgram, superBlobHeader + 80);
  blob.write(identifier, superBlobHeader + directoryHeader, "latin1");
  for (let index = 0; index < pagesOf(code.length); index++) {
    const content = code.subarray(index * page, (index + 1) * page);
    blob.set(createHash("sha256").update(content).digest(), superBlobHeader + hashes + index * hashSize);
  }
  return blob;
}
