/**
 * What is linked into Bun's executable, with its licence, as https://github.com/oven-sh/bun/blob/main/LICENSE.md names it: the engine, the
 * libraries, and the packages that it serves under their own names.
 */
export const bunComponents: readonly (readonly [name: string, license: string])[] = [
  ["JavaScriptCore and WTF of WebKit (https://github.com/oven-sh/WebKit)", "LGPL-2.1-or-later, BSD-2-Clause"],
  ["BoringSSL", "Apache-2.0, ISC, OpenSSL"],
  ["ICU", "Unicode-3.0"],
  ["TinyCC", "LGPL-2.1-or-later"],
  ["libarchive", "BSD-2-Clause"],
  ["lol-html, libwebp", "BSD-3-Clause"],
  ["libjpeg-turbo", "BSD-3-Clause, IJG, Zlib"],
  ["libspng, base64", "BSD-2-Clause"],
  ["lsquic", "MIT, BSD-3-Clause"],
  ["zstd", "BSD-3-Clause"],
  ["zlib-ng", "Zlib"],
  ["SQLite", "public domain"],
  ["simdutf, highway, uSockets, uWebSockets, parts of TigerBeetle", "Apache-2.0"],
  ["parts of libc++abi of LLVM", "Apache-2.0 WITH LLVM-exception"],
  ["Brotli, c-ares, libdeflate, libuv (on Windows), ls-hpack, ls-qpack, mimalloc, picohttpparser, uucode", "MIT"],
  ["parts of esbuild; acorn, acorn-walk", "MIT"],
  [
    "assert, browserify-zlib, buffer, constants-browserify, crypto-browserify, domain-browser, events, https-browserify, os-browserify, path-browserify, process, punycode, querystring-es3, stream-browserify, stream-http, string_decoder, timers-browserify, tty-browserify, url, util, vm-browserify",
    "MIT",
  ],
];
