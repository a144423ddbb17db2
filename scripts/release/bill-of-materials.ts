import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { lockedBun } from "../bun-runtime.ts";
import { goPlatforms } from "../go-platform.ts";
import { cLibraryPackages } from "./c-library.ts";
import type { BundledPackage } from "./inventory.ts";

const { ComponentType, HashAlgorithm } = Enums;

/** What the files of a release contain, as a CycloneDX 1.6 document in JSON, without a time and the number of a document. */
export function billOfMaterials(version: string, packages: readonly BundledPackage[]): string {
  const provider = new Models.Component(ComponentType.Application, "terraform-provider-hikube", {
    bomRef: "terraform-provider-hikube",
    version,
    licenses: new Models.LicenseRepository([new Models.LicenseExpression("MPL-2.0")]),
    description: "Terraform and OpenTofu provider for Hikube managed Kubernetes",
  });
  const parts = [...packages.map(npmComponent), ...goPlatforms.map(bunComponent), ...cLibraryComponents()];
  for (const { bomRef } of parts) provider.dependencies.add(bomRef);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: provider }),
    components: new Models.ComponentRepository(parts),
  });
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

interface Part {
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  readonly purl: string;
  readonly hash?: readonly [algorithm: Enums.HashAlgorithm, hexadecimal: string];
}

function component(type: Enums.ComponentType, name: string, { version, license, purl, hash }: Part): Models.Component {
  return new Models.Component(type, name, {
    bomRef: purl,
    version,
    purl,
    licenses: new Models.LicenseRepository([new Models.LicenseExpression(license)]),
    hashes: new Models.HashDictionary(hash === undefined ? [] : [hash]),
  });
}

const npmPurl = (name: string, version: string) => `pkg:npm/${name.replace("@", "%40")}@${version}`;

const npmComponent = ({ name, version, license }: BundledPackage): Models.Component =>
  component(ComponentType.Library, name, { version, license, purl: npmPurl(name, version) });

function bunComponent(platform: (typeof goPlatforms)[number]): Models.Component {
  const { name, version, integrity } = lockedBun(platform);
  const digest = Buffer.from(integrity.replace(/^sha512-/, ""), "base64").toString("hex");
  return component(ComponentType.Platform, name, {
    version,
    license: "MIT AND LGPL-2.1-or-later",
    purl: npmPurl(name, version),
    hash: [HashAlgorithm["SHA-512"], digest],
  });
}

const cLibraryComponents = (): readonly Models.Component[] =>
  Object.values(cLibraryPackages).map(({ name, version, architecture, sha256 }) =>
    component(ComponentType.Library, name, {
      version,
      license: "LGPL-2.1-or-later",
      purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-12`,
      hash: [HashAlgorithm["SHA-256"], sha256],
    }),
  );
