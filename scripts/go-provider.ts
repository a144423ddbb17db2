import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { registryHosts } from "../src/base/registry-hosts.ts";
import { goPlatform } from "./go-platform.ts";
import { buildGoTool, isExecutable, toolDirectory } from "./go-tool.ts";
import { installFile } from "./install-file.ts";

/** The filesystem mirror with all providers that this project builds with Go. */
export const goMirror = join(toolDirectory, "..", "mirror");

interface GoProviderSource {
  /** Its folder in `tools`. */
  readonly folder: string;
  /** Path of the Go package, seen from that folder. */
  readonly packagePath: string;
  /** Its address without the registry's host. */
  readonly namespace: string;
  readonly type: string;
  readonly version: string;
}

export interface GoProvider {
  readonly executable: string;
  /** Whether it is in the mirror. */
  isBuilt(): boolean;
  /** Builds it and puts it into the mirror, once. Ends the process with a text where Go is missing. */
  ensure(): void;
}

export function goProvider({ folder, packagePath, namespace, type, version }: GoProviderSource): GoProvider {
  const name = `terraform-provider-${type}_v${version}`;
  const places = registryHosts.map((host) => join(goMirror, host, namespace, type, version, goPlatform));
  const isBuilt = () => places.every((place) => isExecutable(join(place, name)));
  return {
    executable: join(toolDirectory, name),
    isBuilt,
    ensure: () => {
      if (isBuilt()) return;
      const built = buildGoTool(folder, packagePath, name);
      for (const place of places) {
        mkdirSync(place, { recursive: true });
        installFile(built, join(place, name));
      }
    },
  };
}
