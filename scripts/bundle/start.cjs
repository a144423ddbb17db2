// The first thing that runs in the executable: loads the bundle together with its compiled form. The compiled form was taken
// from a process that had already answered Terraform, so that functions needed at start are not compiled again (design §8).
const sea = require("node:sea");
const vm = require("node:vm");

const compiled = sea.getAssetKeys().includes("compiled") ? Buffer.from(sea.getRawAsset("compiled")) : undefined;
const script = new vm.Script(sea.getAsset("provider", "utf8"), {
  filename: "terraform-provider-hikube",
  cachedData: compiled,
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
script.runInThisContext()(require, module, exports);

// Only the first of the two executables that a build makes lacks the compiled form; it writes it.
const target = process.env.HIKUBE_BUILD_COMPILED;
if (compiled === undefined && target !== undefined) {
  process.on("exit", () => require("node:fs").writeFileSync(target, script.createCachedData()));
}
