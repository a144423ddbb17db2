import { goMirror, goProvider } from "./go-provider.ts";

/** The provider that people use today, pinned in tools/kubectl-provider: the benchmark and some tests drive it against the sandbox. */
export const kubectlProvider = goProvider({
  folder: "kubectl-provider",
  packagePath: "github.com/gavinbunney/terraform-provider-kubectl",
  namespace: "gavinbunney",
  type: "kubectl",
  version: "1.19.0",
});

if (import.meta.main) {
  kubectlProvider.ensure();
  console.log(goMirror);
}
