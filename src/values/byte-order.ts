/**
 * Compares strings as Go does: by their UTF-8 bytes, that is by code point. JavaScript's `<` compares UTF-16 units and sorts U+10000
 * and above before U+E000.
 */
export function compareByteOrder(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left === right) continue;
    const leftIsSurrogate = left >= 0xd800 && left < 0xe000;
    const rightIsSurrogate = right >= 0xd800 && right < 0xe000;
    if (leftIsSurrogate !== rightIsSurrogate && left >= 0xd800 && right >= 0xd800) return leftIsSurrogate ? 1 : -1;
    return left - right;
  }
  return a.length - b.length;
}
