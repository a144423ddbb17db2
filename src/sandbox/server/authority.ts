import { createCertificate } from "../../base/certificate/certificate.ts";

export interface KeyPair {
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

const day = 86_400_000;

/** A new certificate authority, valid for ten years. */
export function createAuthority(commonName: string, now: number): KeyPair {
  const { certificate, privateKey } = createCertificate({
    subject: { commonName },
    isAuthority: true,
    usages: [],
    notBefore: new Date(now - day),
    notAfter: new Date(now + 3650 * day),
  });
  return { certificate, privateKey };
}

/** A server certificate for the loopback address and the given names. */
export function issueServer(authority: KeyPair, names: readonly string[], now: number): KeyPair {
  const { certificate, privateKey } = createCertificate({
    subject: { commonName: names[0] ?? "localhost" },
    issuer: authority,
    dnsNames: [...names, "localhost"],
    ipAddresses: ["127.0.0.1"],
    usages: ["serverAuth"],
    notBefore: new Date(now - day),
    notAfter: new Date(now + 365 * day),
  });
  return { certificate, privateKey };
}

export function issueClient(
  authority: KeyPair,
  commonName: string,
  organization: readonly string[],
  now: number,
): KeyPair {
  const { certificate, privateKey } = createCertificate({
    subject: { commonName, organization: [...organization] },
    issuer: authority,
    usages: ["clientAuth"],
    notBefore: new Date(now - day),
    notAfter: new Date(now + 365 * day),
  });
  return { certificate, privateKey };
}
