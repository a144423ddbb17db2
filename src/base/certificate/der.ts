/** Writes and reads the DER of X.509 certificates (X.690; protocol.md §2.3: Node cannot create certificates). */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: tag, length, content. */
export function derElement(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), body]);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return Buffer.concat([Buffer.of(tag, 0x80 | octets.length, ...octets), body]);
}

export const derSequence = (...content: readonly Uint8Array[]): Buffer => derElement(TAG.sequence, ...content);
export const derSet = (...content: readonly Uint8Array[]): Buffer => derElement(TAG.set, ...content);
export const derBoolean = (value: boolean): Buffer => derElement(TAG.boolean, Buffer.of(value ? 0xff : 0));
export const derOctetString = (content: Uint8Array): Buffer => derElement(TAG.octetString, content);
export const derUtf8String = (text: string): Buffer => derElement(TAG.utf8String, Buffer.from(text, "utf8"));
export const derNull = (): Buffer => Buffer.of(0x05, 0x00);

/** A non-negative INTEGER from big-endian bytes: no redundant leading zero, no sign bit. */
export function derUnsigned(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const digits = bytes.subarray(start);
  return derElement(TAG.integer, ...((digits[0] ?? 0) & 0x80 ? [Buffer.of(0)] : []), digits);
}

/** A BIT STRING whose last `unused` bits are padding. */
export const derBitString = (bits: Uint8Array, unused = 0): Buffer =>
  derElement(TAG.bitString, Buffer.of(unused), bits);

/** An OBJECT IDENTIFIER from its dotted text. */
export function derOid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let high = arc >>> 7; high > 0; high >>>= 7) groups.unshift((high & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return derElement(TAG.oid, Buffer.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime from 2050, as RFC 5280 §4.1.2.5 requires. Fractions of a second are dropped. */
export function derTime(date: Date): Buffer {
  const digits = date
    .toISOString()
    .slice(0, 19)
    .replaceAll(/[^0-9]/g, "");
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? derElement(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`, "latin1"))
    : derElement(TAG.generalizedTime, Buffer.from(`${digits}Z`, "latin1"));
}

interface DerElement {
  readonly tag: number;
  /** The whole element, tag and length included. */
  readonly bytes: Uint8Array;
  readonly content: Uint8Array;
}

/** Returns the consecutive elements of `bytes`. Throws RangeError for a length beyond the end. */
export function readDer(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const tag = bytes[offset] ?? 0;
    const short = bytes[offset + 1] ?? 0;
    let start = offset + 2;
    let length = short;
    if (short >= 0x80) {
      length = 0;
      for (let left = short & 0x7f; left > 0; left--) length = length * 256 + (bytes[start++] ?? 0);
    }
    const end = start + length;
    if (end > bytes.length) throw new RangeError("DER element exceeds its container");
    elements.push({ tag, bytes: bytes.subarray(offset, end), content: bytes.subarray(start, end) });
    offset = end;
  }
  return elements;
}
