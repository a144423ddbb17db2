import { buildGoTool, findProgram } from "./go-tool.ts";

// `npm run opentofu`: prints the path of a `tofu`, building it where there is none.
console.log(findProgram("tofu") ?? buildGoTool("opentofu", "github.com/opentofu/opentofu/cmd/tofu", "tofu"));
