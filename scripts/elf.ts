/** Types of segments: one that is loaded into memory, and one of notes, which no program needs. */
const types = { load: 1, note: 4 };

/** Where fields begin in the file's header, a segment's and a section's, of 64 bits, little-endian (elf(5)). */
const fileHeader = { segments: 32, sections: 40, segmentCount: 56, sectionCount: 60 };
const segmentHeader = {
  length: 56,
  type: 0,
  offset: 8,
  address: 16,
  physicalAddress: 24,
  fileSize: 32,
  memorySize: 40,
  align: 48,
};
const sectionHeader = { length: 64, offset: 24, size: 32 };

export const isElf = (executable: Buffer): boolean => executable.toString("latin1", 0, 4) === "\x7fELF";

/**
 * An ELF executable without the whole pages in a range of its bytes, which nothing may read. All others keep their addresses in memory: the
 * segment of the range becomes two, and the notes give up their header for that. Throws where no loaded segment contains the range.
 */
export function withoutPages(elf: Buffer, from: number, to: number): Buffer {
  const get = (buffer: Buffer, field: number) => Number(buffer.readBigUInt64LE(field));
  const set = (buffer: Buffer, field: number, value: number) => buffer.writeBigUInt64LE(BigInt(value), field);
  const typeOf = (segment: Buffer) => segment.readUInt32LE(segmentHeader.type);
  const endOf = (segment: Buffer) => get(segment, segmentHeader.offset) + get(segment, segmentHeader.fileSize);

  const table = get(elf, fileHeader.segments);
  const segments = Array.from({ length: elf.readUInt16LE(fileHeader.segmentCount) }, (_, index) => {
    const begin = table + index * segmentHeader.length;
    return Buffer.from(elf.subarray(begin, begin + segmentHeader.length));
  });
  const divided = segments.find(
    (segment) => typeOf(segment) === types.load && get(segment, segmentHeader.offset) <= from && to <= endOf(segment),
  );
  const notes = segments.find((segment) => typeOf(segment) === types.note);
  if (divided === undefined || notes === undefined)
    throw new Error("the segments of the executable have an unexpected form");

  const page = get(divided, segmentHeader.align);
  const begin = Math.ceil(from / page) * page;
  const end = Math.floor(to / page) * page;
  if (end <= begin) return elf;
  const moved = (offset: number) => (offset >= end ? offset - (end - begin) : offset);

  const kept = begin - get(divided, segmentHeader.offset);
  const second = Buffer.from(divided);
  const skipped = kept + (end - begin);
  for (const field of [segmentHeader.offset, segmentHeader.address, segmentHeader.physicalAddress])
    set(second, field, get(divided, field) + skipped);
  for (const field of [segmentHeader.fileSize, segmentHeader.memorySize]) {
    set(second, field, get(divided, field) - skipped);
    set(divided, field, kept);
  }
  segments.splice(segments.indexOf(notes), 1);
  segments.splice(segments.indexOf(divided) + 1, 0, second);
  for (const segment of segments) set(segment, segmentHeader.offset, moved(get(segment, segmentHeader.offset)));

  const shorter = Buffer.concat([elf.subarray(0, begin), elf.subarray(end)]);
  Buffer.concat(segments).copy(shorter, table);
  const sections = moved(get(elf, fileHeader.sections));
  set(shorter, fileHeader.sections, sections);
  for (let index = 0; index < elf.readUInt16LE(fileHeader.sectionCount); index++) {
    const section = shorter.subarray(sections + index * sectionHeader.length);
    const offset = get(section, sectionHeader.offset);
    // The section of the range ends before it: a tool would take what follows for a part of it otherwise.
    if (offset < begin && begin < offset + get(section, sectionHeader.size))
      set(section, sectionHeader.size, begin - offset);
    set(section, sectionHeader.offset, moved(offset));
  }
  return shorter;
}
