import { isElf, withoutPages } from "./elf.ts";

/** The format that the header of ICU's data names, 12 bytes after its begin. */
const format = { name: "CmnD", at: 12 };

/**
 * Data of other languages than English, dictionaries for scripts without spaces, and the index of languages. Without an index no language is
 * available, and JavaScript takes its default, which is English.
 */
const isLeftOut = (name: string): boolean =>
  /(?:^|\/)(?!en[_.])[a-z]{2,3}(?:_\w*)?\.res$|(?:^|\/)res_index\.res$|\.dict$/.test(name);

/**
 * Leaves out the languages of ICU that the provider does not speak, as Node does in a build with the small ICU. They are 9 MB of Bun that
 * no archive makes smaller, and that Terraform hashes before each run. On Linux the executable becomes shorter by them; on Windows they
 * become zero. Bun for macOS uses the ICU of the system and is not changed. Writes to the given bytes.
 */
export function dropLanguages(bun: Buffer): Buffer {
  const found = bun.indexOf(format.name);
  if (found < 0) return bun;
  const header = found - format.at;
  // The number of items, then for each the offsets of its name and of its data, from here on. Items have the order of their names.
  const begin = header + bun.readUInt16LE(header);
  const table = bun.subarray(begin);
  const entryAt = (index: number) => 4 + 8 * index;
  const items = Array.from({ length: table.readUInt32LE(0) }, (_, index) => {
    const nameAt = table.readUInt32LE(entryAt(index));
    return {
      nameAt,
      name: table.toString("latin1", nameAt, table.indexOf(0, nameAt)),
      from: table.readUInt32LE(entryAt(index) + 4),
    };
  });
  // Where the last item ends is not recorded: that of the last language is left out of the table only.
  const end = items.at(-1)?.from ?? 0;
  let kept = 0;
  let to = items[0]?.from ?? 0;
  for (const [index, { nameAt, name, from }] of items.entries()) {
    if (isLeftOut(name)) continue;
    const next = items[index + 1]?.from;
    if (next === undefined) throw new Error(`the last item of ICU's data is ${name}, not that of a language`);
    table.writeUInt32LE(nameAt, entryAt(kept));
    table.writeUInt32LE(to, entryAt(kept) + 4);
    table.copy(table, to, from, next);
    to += next - from;
    kept++;
  }
  table.writeUInt32LE(kept, 0);
  table.fill(0, to, end);
  return isElf(bun) ? withoutPages(bun, begin + to, begin + end) : bun;
}
