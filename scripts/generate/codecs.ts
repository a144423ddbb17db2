import { join } from "node:path";
import protobuf from "protobufjs";
import pbjs from "protobufjs-cli/pbjs.js";
import { emitServices, emitTypes } from "./codec-types.ts";

export interface GeneratedFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly content: string;
}

const CODECS = [
  { output: "src/protocol/generated/tfplugin6", protos: ["tfplugin6.proto"] },
  {
    output: "src/plugin/generated/go-plugin",
    protos: ["grpc_broker.proto", "grpc_controller.proto", "grpc_stdio.proto", "health.proto"],
  },
] as const;

const NOTICE = "// Made by `npm run generate` from the files in proto/; not to be edited.\n";

/**
 * Static codecs of the upstream protocol files and their types. Static, because parsing .proto files costs each of the three
 * processes of a plan some 60 ms (protocol.md §5).
 */
export async function generateCodecs(root: string): Promise<GeneratedFile[]> {
  const files: GeneratedFile[] = [];
  for (const { output, protos } of CODECS) {
    const sources = protos.map((name) => join(root, "proto", name));
    // One file after the other: loading them at once would make their order, and with it the output, a matter of luck.
    const descriptor = protobuf.loadSync(sources);
    descriptor.resolveAll();
    files.push({
      path: `${output}.js`,
      content: NOTICE + whenUsed(exactIntegers(await staticModule(output, sources))) + emitServices(descriptor),
    });
    files.push({ path: `${output}.d.ts`, content: NOTICE + emitTypes(descriptor) });
  }
  return files;
}

function staticModule(rootName: string, sources: readonly string[]): Promise<string> {
  const flags =
    "--no-create --no-verify --no-convert --no-delimited --no-typeurl --no-comments --no-service --no-beautify";
  const args = ["-t", "static-module", "-w", "esm", "--es6", "-r", rootName, "--dependency", "protobufjs/minimal.js"];
  return new Promise((resolve, reject) => {
    pbjs.main([...args, ...flags.split(" "), ...sources], (error, output) => {
      if (error) reject(error);
      else resolve(output ?? "");
    });
  });
}

/** Defines each message of a package, with those inside it, at its first use: a start uses some ten of three hundred. */
function whenUsed(source: string): string {
  const line = 'import { defineWhenUsed as $whenUsed } from "../../base/define-when-used.ts";\n';
  return source
    .replaceAll(/^ {4}(\w+)\.(\w+) = \(function\(\) \{$/gm, '    $whenUsed($1, "$2", function() {')
    .replaceAll(/^ {4}\}\)\(\);$/gm, "    });")
    .replace(/^import \$protobuf .*\n/m, (first) => `${first}${line}`);
}

/** int64 as JS number: the protocol counts versions, seconds and bytes, none of which nears 2^53. */
function exactIntegers(source: string): string {
  const number = 'const $number = (long) => (typeof long === "number" ? long : long.toNumber());\n';
  return source
    .replaceAll(/\br\.(u?int64|sint64|s?fixed64)\(\)/g, "$number(r.$1())")
    .replaceAll(/\$util\.Long \? \$util\.Long\.fromBits\(0,\s*0,\s*(?:true|false)\) : 0/g, "0")
    .replace(/^(import \$protobuf .*\n)/m, (line) => `${line}\n${number}`);
}
