// The first thing that runs in the executable: loads the parts of the bundle, each together with its compiled form. That was
// taken from a process that had already answered Terraform, so that functions needed at start are not compiled again (design §8).
const sea = require("node:sea");
const vm = require("node:vm");

const assets = new Set(sea.getAssetKeys());
const asset = (name) => (assets.has(name) ? Buffer.from(sea.getRawAsset(name)) : undefined);
const loaded = new Map();

function load(name) {
  const known = loaded.get(name);
  if (known !== undefined) return known.module.exports;
  const script = new vm.Script(asset(name).toString("latin1"), {
    filename: `terraform-provider-hikube/${name}`,
    cachedData: asset(`${name}.compiled`),
  });
  const module = { exports: {} };
  loaded.set(name, { script, module });
  script.runInThisContext()(requirePart, module, module.exports);
  return module.exports;
}

const requirePart = (name) => (name.startsWith("./") ? load(name.slice(2)) : require(name));

load("main.js");

// Only the first of the two executables that a build makes lacks the compiled forms; it writes them.
const target = process.env.HIKUBE_BUILD_COMPILED;
if (target !== undefined && !assets.has("main.js.compiled")) {
  process.on("exit", () => {
    const { writeFileSync } = require("node:fs");
    for (const [name, { script }] of loaded) writeFileSync(`${target}/${name}.compiled`, script.createCachedData());
  });
}
