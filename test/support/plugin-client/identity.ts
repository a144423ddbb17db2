import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate } from "../../../src/base/certificate/certificate.ts";

/** A client certificate and its key, PEM. */
export interface Identity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** A client certificate as go-plugin makes it: self-signed P-521 with SHA-512, an authority of its own (protocol.md §2.3). Needs openssl. */
export function hostIdentity(): Identity {
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  try {
    const key = join(folder, "key.pem");
    const certificate = execFileSync(
      "openssl",
      [
        ..."req -x509 -newkey ec -pkeyopt ec_paramgen_curve:secp521r1 -sha512 -nodes -days 2 -subj /O=HashiCorp/CN=localhost".split(
          " ",
        ),
        ...["-keyout", key, "-addext", "subjectAltName=DNS:localhost"],
        ...["-addext", "extendedKeyUsage=clientAuth,serverAuth"],
        ...["-addext", "keyUsage=critical,digitalSignature,keyEncipherment,keyAgreement,keyCertSign"],
      ],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
    return { certificate, privateKey: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A client certificate of the project's own: another curve, no program needed. */
export function ownIdentity(): Identity {
  const now = Date.now();
  return createCertificate({
    subject: { commonName: "localhost" },
    dnsNames: ["localhost"],
    isAuthority: true,
    usages: ["clientAuth", "serverAuth"],
    notBefore: new Date(now - 60_000),
    notAfter: new Date(now + 3_600_000),
  });
}
