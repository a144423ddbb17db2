import fc from "fast-check";
import { expect, test } from "vitest";
import { isElf, withoutPages } from "../../../scripts/elf.ts";

const page = 4096;
const header = { table: 64, segment: 56, section: 64 };

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** An executable as linkers make them: segments one after another, each of its own pages in memory, sections of the same places at the end. */
function elfOf(lengths: readonly number[], notes = true): Buffer {
  const segments: Segment[] = [];
  let offset = 0;
  let address = 0x20_0000;
  for (const size of lengths) {
    segments.push({ type: 1, offset, address, size });
    offset += size;
    address += Math.ceil(size / page) * page + page;
    // Offset and address agree within a page.
    address += (offset - address) % page;
  }
  const all = notes ? [...segments, { type: 4, offset: 600, address: 0x20_0000 + 600, size: 20 }] : segments;
  const elf = Buffer.alloc(offset + segments.length * header.section);
  for (let at = 0; at < offset; at++) elf[at] = (at * 7 + (at >> 8)) & 0xff;
  elf.write("\x7fELF", "latin1");
  elf.writeBigUInt64LE(BigInt(header.table), 32);
  elf.writeBigUInt64LE(BigInt(offset), 40);
  elf.writeUInt16LE(all.length, 56);
  elf.writeUInt16LE(segments.length, 60);
  for (const [index, { type, offset, address, size }] of all.entries()) {
    const at = header.table + index * header.segment;
    elf.writeUInt32LE(type, at);
    for (const [field, value] of [
      [8, offset],
      [16, address],
      [24, address],
      [32, size],
      [40, size],
      [48, page],
    ] as const)
      elf.writeBigUInt64LE(BigInt(value), at + field);
  }
  for (const [index, segment] of segments.entries()) {
    const at = offset + index * header.section;
    elf.writeBigUInt64LE(BigInt(segment.offset), at + 24);
    elf.writeBigUInt64LE(BigInt(segment.size), at + 32);
  }
  return elf;
}

const number = (elf: Buffer, at: number) => Number(elf.readBigUInt64LE(at));

function segmentsOf(elf: Buffer): Segment[] {
  return Array.from({ length: elf.readUInt16LE(56) }, (_, index) => {
    const at = number(elf, 32) + index * header.segment;
    return {
      type: elf.readUInt32LE(at),
      offset: number(elf, at + 8),
      address: number(elf, at + 16),
      size: number(elf, at + 32),
    };
  });
}

const sectionsOf = (elf: Buffer) =>
  Array.from({ length: elf.readUInt16LE(60) }, (_, index) => {
    const at = number(elf, 40) + index * header.section;
    return { offset: number(elf, at + 24), size: number(elf, at + 32) };
  });

/** What is at each address in memory, but for the headers of the file. */
function memoryOf(elf: Buffer): Map<number, number> {
  const memory = new Map<number, number>();
  for (const { type, offset, address, size } of segmentsOf(elf)) {
    if (type !== 1) continue;
    for (let at = 0; at < size; at++) if (offset + at >= page) memory.set(address + at, elf[offset + at] ?? -1);
  }
  return memory;
}

test("without some of its pages, an executable keeps everything else at its address", () => {
  const lengths = fc.array(fc.integer({ min: 2 * page, max: 6 * page }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(lengths, fc.nat(), fc.nat(), fc.nat(), (lengths, which, some, more) => {
      const elf = elfOf(lengths);
      const segment = segmentsOf(elf)[which % lengths.length];
      if (segment === undefined) throw new Error("no segment");
      const from = Math.max(page, segment.offset) + (some % page);
      const to = from + (more % (segment.offset + segment.size - from + 1));
      const before = memoryOf(elf);
      const shorter = withoutPages(elf, from, to);
      const after = memoryOf(shorter);
      const removed = [...before.keys()].filter((address) => !after.has(address));
      expect(shorter.length).toBe(elf.length - removed.length);
      expect(removed.length % page).toBe(0);
      expect(removed.length).toBeGreaterThan(to - from - 2 * page);
      for (const address of removed) {
        const place = address - segment.address + segment.offset;
        expect(from <= place && place < to).toBe(true);
      }
      for (const [address, byte] of after) if (byte !== before.get(address)) expect(address).toBe("as before");
      const loaded = segmentsOf(shorter).filter(({ type }) => type === 1);
      expect(loaded.map(({ address }) => address)).toEqual(
        loaded.map(({ address }) => address).toSorted((a, b) => a - b),
      );
      for (const { offset, address } of loaded) expect((address - offset) % page).toBe(0);
      for (const [index, section] of sectionsOf(shorter).entries()) {
        const { offset = 0, size = 0 } = sectionsOf(elf)[index] ?? {};
        expect(shorter.subarray(section.offset, section.offset + section.size).subarray(page)).toEqual(
          elf.subarray(offset, offset + section.size).subarray(page),
        );
        expect(section.size).toBeLessThanOrEqual(size);
      }
    }),
    { numRuns: 60 },
  );
});

test("an executable of another form is refused", () => {
  expect(() => withoutPages(elfOf([8 * page], false), page, 3 * page)).toThrow("unexpected form");
  expect(() => withoutPages(elfOf([4 * page, 4 * page]), 2 * page, 6 * page)).toThrow("unexpected form");
  expect([isElf(elfOf([2 * page])), isElf(Buffer.from("MZ")), isElf(Buffer.alloc(0))]).toEqual([true, false, false]);
});
