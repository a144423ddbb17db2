import { execFile } from "node:child_process";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { Zip, type ZipInputFile } from "fflate";
import { debianPackage } from "./debian-package.ts";

const run = promisify(execFile);
const debianArchitecture = process.arch === "arm64" ? "arm64" : "amd64";
const libdeflate = { version: "1.14-1", architecture: debianArchitecture } as const;

/** The earliest time that a zip can hold, in the time zone of the machine, which is how a zip holds it. */
const time = new Date(1980, 0, 1);
const deflate = 8;
const unix = 3;

/**
 * Writes the files of a folder to a zip. The same files give the same bytes: sorted, without times, and with one of two modes. They are
 * compressed by libdeflate: zlib's result is larger by 3 %.
 */
export async function writeArchive(folder: string, output: string): Promise<void> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .sort();
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const path of paths) {
    const { mode, size } = statSync(path);
    const { data, crc } = await compress(path);
    const entry: ZipInputFile = {
      filename: relative(folder, path).replaceAll(sep, "/"),
      size,
      crc,
      compression: deflate,
      mtime: time,
      os: unix,
      attrs: ((mode & 0o100) === 0 ? 0o100644 : 0o100755) * 0x10000,
    };
    zip.add(entry);
    entry.ondata?.(null, data, true);
  }
  zip.end();
  writeFileSync(output, Buffer.concat(chunks));
}

/** The deflated content of a file and the CRC-32 of what was compressed: the body and the trailer of its gzip form (RFC 1952). */
async function compress(path: string): Promise<{ readonly data: Uint8Array<ArrayBuffer>; readonly crc: number }> {
  const tools = debianPackage({ name: "libdeflate-tools", ...libdeflate });
  const library = debianPackage({ name: "libdeflate0", ...libdeflate });
  const triplet = debianArchitecture === "arm64" ? "aarch64-linux-gnu" : "x86_64-linux-gnu";
  const { stdout } = await run(join(tools, "usr", "bin", "libdeflate-gzip"), ["-12", "-c", path], {
    encoding: "buffer",
    maxBuffer: 2 ** 30,
    env: { ...process.env, LD_LIBRARY_PATH: join(library, "usr", "lib", triplet) },
  });
  // Without flags its header has 10 bytes.
  if (stdout[3] !== 0) throw new Error(`${path}: gzip wrote a header with flags`);
  return { data: new Uint8Array(stdout.subarray(10, -8)), crc: stdout.readUInt32LE(stdout.length - 8) };
}
