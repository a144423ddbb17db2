import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  X509Certificate,
} from "node:crypto";
import { isIPv4, isIPv6 } from "node:net";
import {
  derBitString,
  derBoolean,
  derElement,
  derNull,
  derOctetString,
  derOid,
  derSequence,
  derSet,
  derTime,
  derUnsigned,
  derUtf8String,
  readDer,
} from "./der.ts";

interface CertificateOptions {
  readonly subject: { readonly commonName: string; readonly organization?: readonly string[] };
  /** The issuer, as PEM; default: the certificate is self-signed. The key is EC or RSA. */
  readonly issuer?: { readonly certificate: string; readonly privateKey: string };
  readonly isAuthority?: boolean;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface IssuedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  /** The certificate as DER, for the plugin handshake (protocol.md §2.2). */
  readonly der: Uint8Array;
}

const OID = {
  ecdsaWithSha256: "1.2.840.10045.4.3.2",
  sha256WithRsa: "1.2.840.113549.1.1.11",
  commonName: "2.5.4.3",
  organization: "2.5.4.10",
  subjectKeyId: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyId: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
} as const;

/**
 * Creates a P-256 key and its X.509 v3 certificate as Go and OpenSSL require it: SAN (Go ignores the common name), extended key usage,
 * key ids, a positive serial (Go ≥ 1.23 refuses others). P-256 because key generation takes 0.1 ms, RSA 125 ms (protocol.md §2.3).
 * Throws TypeError for an invalid address, an unreadable issuer or a key that cannot sign.
 */
export function createCertificate(options: CertificateOptions): IssuedCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const subject = distinguishedName(options.subject);
  const subjectKeyId = keyId(spki);
  const issuer =
    options.issuer === undefined
      ? { name: subject, keyId: subjectKeyId, key: privateKey }
      : readIssuer(options.issuer.certificate, options.issuer.privateKey);
  const algorithm = signatureAlgorithm(issuer.key);

  const certified = derSequence(
    derElement(0xa0, derUnsigned(Buffer.of(2))), // v3
    derUnsigned(positiveSerial()),
    algorithm,
    issuer.name,
    derSequence(derTime(options.notBefore), derTime(options.notAfter)),
    subject,
    spki,
    derElement(0xa3, derSequence(...extensions(options, subjectKeyId, issuer.keyId))),
  );
  const der = derSequence(certified, algorithm, derBitString(sign("sha256", certified, issuer.key)));
  return {
    certificate: pem("CERTIFICATE", der),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    der,
  };
}

function extensions(options: CertificateOptions, subjectKeyId: Uint8Array, issuerKeyId: Uint8Array): Buffer[] {
  const isAuthority = options.isAuthority ?? false;
  const names = [
    ...(options.dnsNames ?? []).map((name) => derElement(0x82, Buffer.from(name, "latin1"))),
    ...(options.ipAddresses ?? []).map((address) => derElement(0x87, ipBytes(address))),
  ];
  return [
    // digitalSignature; an authority also signs certificates and revocation lists.
    extension(OID.keyUsage, isAuthority ? derBitString(Buffer.of(0x86), 1) : derBitString(Buffer.of(0x80), 7), true),
    ...(options.usages.length === 0
      ? []
      : [extension(OID.extendedKeyUsage, derSequence(...options.usages.map((usage) => derOid(OID[usage]))))]),
    extension(OID.basicConstraints, derSequence(...(isAuthority ? [derBoolean(true)] : [])), true),
    extension(OID.subjectKeyId, derOctetString(subjectKeyId)),
    extension(OID.authorityKeyId, derSequence(derElement(0x80, issuerKeyId))),
    ...(names.length === 0 ? [] : [extension(OID.subjectAltName, derSequence(...names))]),
  ];
}

function extension(oid: string, value: Uint8Array, critical = false): Buffer {
  return derSequence(derOid(oid), ...(critical ? [derBoolean(true)] : []), derOctetString(value));
}

function distinguishedName(subject: CertificateOptions["subject"]): Buffer {
  const part = (oid: string, text: string) => derSet(derSequence(derOid(oid), derUtf8String(text)));
  return derSequence(
    ...(subject.organization ?? []).map((name) => part(OID.organization, name)),
    part(OID.commonName, subject.commonName),
  );
}

/** RFC 5280 §4.2.1.2 (1): SHA-1 over the bits of the public key. An identifier, not a security measure. */
function keyId(spki: Uint8Array): Uint8Array {
  const bits = readDer(readDer(spki)[0]?.content ?? spki)[1]?.content ?? spki;
  return createHash("sha1").update(bits.subarray(1)).digest();
}

function readIssuer(certificate: string, privateKey: string): { name: Uint8Array; keyId: Uint8Array; key: KeyObject } {
  const key = createPrivateKey(privateKey);
  const parsed = new X509Certificate(certificate);
  if (!parsed.checkPrivateKey(key)) throw new TypeError("the issuer's private key does not belong to its certificate");
  const certified = readDer(readDer(parsed.raw)[0]?.content ?? parsed.raw)[0]?.content ?? parsed.raw;
  const fields = readDer(certified).filter((element) => element.tag !== 0xa0);
  // The issuer's name is copied byte for byte, so that its string types are kept.
  const name = fields[4]?.bytes;
  if (name === undefined) throw new TypeError("the issuer's certificate has no subject");
  const oid = derOid(OID.subjectKeyId);
  const listed = readDer(fields.find((element) => element.tag === 0xa3)?.content ?? new Uint8Array())[0];
  const found = readDer(listed?.content ?? new Uint8Array())
    .map((element) => readDer(element.content))
    .find((parts) => oid.equals(parts[0]?.bytes ?? new Uint8Array()));
  const wrapped = found?.at(-1)?.content;
  const own = wrapped === undefined ? undefined : readDer(wrapped)[0]?.content;
  return { name, keyId: own ?? keyId(parsed.publicKey.export({ type: "spki", format: "der" })), key };
}

function signatureAlgorithm(key: KeyObject): Buffer {
  if (key.asymmetricKeyType === "ec") return derSequence(derOid(OID.ecdsaWithSha256));
  if (key.asymmetricKeyType === "rsa") return derSequence(derOid(OID.sha256WithRsa), derNull());
  throw new TypeError(`an issuer's key must be EC or RSA, not ${key.asymmetricKeyType}`);
}

/** 127 random bits, the highest of them set: positive, and always 16 bytes long. */
function positiveSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

function ipBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  if (!isIPv6(address) || address.includes("%")) throw new TypeError(`${address} is not an IP address`);
  const [head = "", tail] = address.split("::");
  const front = ipv6Groups(head);
  const back = tail === undefined ? [] : ipv6Groups(tail);
  return Buffer.from([...front, ...new Array<number>(16 - front.length - back.length).fill(0), ...back]);
}

function ipv6Groups(text: string): number[] {
  return text
    .split(":")
    .filter((group) => group !== "")
    .flatMap((group) => {
      if (group.includes(".")) return group.split(".").map(Number);
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    });
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
