import { createHash } from "node:crypto";

export interface CodeSignature {
  readonly adHoc: boolean;
  readonly identifier: string;
  /** Numbers of the pages whose content is not what was signed. */
  readonly wrongPages: readonly number[];
  /** Whether the signature ends the file and its segment. */
  readonly isComplete: boolean;
  /** Kinds of what is signed beside the pages, e.g. a certificate. */
  readonly otherParts: readonly number[];
}

/** Checks the signature of a 64-bit Mach-O executable as macOS does before it runs it: the hash of every page. */
export function readCodeSignature(file: Buffer): CodeSignature {
  let at = 32;
  let signature: { readonly begin: number; readonly size: number } | undefined;
  let linkEditEnd = 0;
  for (let left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    if (command === 0x1d) signature = { begin: file.readUInt32LE(at + 8), size: file.readUInt32LE(at + 12) };
    if (command === 0x19 && file.toString("latin1", at + 8, at + 18) === "__LINKEDIT")
      linkEditEnd = Number(file.readBigUInt64LE(at + 40) + file.readBigUInt64LE(at + 48));
    at += file.readUInt32LE(at + 4);
  }
  if (signature === undefined) throw new Error("no signature");
  const blob = file.subarray(signature.begin, signature.begin + signature.size);
  if (blob.readUInt32BE(0) !== 0xfade0cc0) throw new Error("not a signature");
  const parts = Array.from({ length: blob.readUInt32BE(8) }, (_, index) => blob.readUInt32BE(16 + 8 * index));
  const [directories, others] = [true, false].map((wanted) =>
    parts.filter((offset) => (blob.readUInt32BE(offset) === 0xfade0c02) === wanted),
  );
  const directory = blob.subarray(directories?.[0] ?? 0);
  const [hashes = 0, identifier = 0, special, count = 0, limit = 0] = [16, 20, 24, 28, 32].map((offset) =>
    directory.readUInt32BE(offset),
  );
  const [hashSize = 0, hashType, , pageBits = 0] = directory.subarray(36, 40);
  if (hashType !== 2 || special !== 0) throw new Error("not a directory of SHA-256 hashes of pages alone");
  const pageSize = 2 ** pageBits;
  const wrongPages = Array.from({ length: count }, (_, index) => index).filter((index) => {
    const page = file.subarray(index * pageSize, Math.min((index + 1) * pageSize, limit));
    const hash = directory.subarray(hashes + index * hashSize, hashes + (index + 1) * hashSize);
    return !createHash("sha256").update(page).digest().equals(hash);
  });
  return {
    adHoc: (directory.readUInt32BE(12) & 2) !== 0,
    identifier: directory.toString("latin1", identifier, directory.indexOf(0, identifier)),
    wrongPages,
    isComplete:
      limit === signature.begin &&
      count === Math.ceil(limit / pageSize) &&
      signature.begin + signature.size === file.length &&
      linkEditEnd === file.length,
    otherParts: (others ?? []).map((offset) => blob.readUInt32BE(offset)),
  };
}
