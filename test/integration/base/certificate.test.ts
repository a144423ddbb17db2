import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type TLSSocket } from "node:tls";
import { describe, expect, test } from "vitest";
import { createCertificate } from "../../../src/base/certificate/certificate.ts";

const notBefore = new Date(Date.now() - 60_000);
const notAfter = new Date(Date.now() + 3_600_000);
const authority = createCertificate({
  subject: { commonName: "test authority" },
  isAuthority: true,
  usages: [],
  notBefore,
  notAfter,
});
const server = createCertificate({
  subject: { commonName: "api" },
  issuer: authority,
  dnsNames: ["localhost", "api.example.test"],
  ipAddresses: ["127.0.0.1", "::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.1"],
  usages: ["serverAuth"],
  notBefore,
  notAfter,
});
const client = createCertificate({
  subject: { commonName: "admin", organization: ["system:masters", "zweite Größe"] },
  issuer: authority,
  usages: ["clientAuth"],
  notBefore,
  notAfter,
});

describe("createCertificate", () => {
  test("a leaf has its names, usages and issuer", () => {
    const parsed = new X509Certificate(server.certificate);
    expect(parsed.subjectAltName).toBe(
      "DNS:localhost, DNS:api.example.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, " +
        "IP Address:2001:DB8:0:0:0:FF00:42:8329, IP Address:0:0:0:0:0:FFFF:C000:201",
    );
    expect(parsed.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
    expect(parsed.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(parsed.ca).toBe(false);
    expect(new X509Certificate(authority.certificate).ca).toBe(true);
    expect(parsed.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(parsed.raw.equals(server.der)).toBe(true);
    expect(new X509Certificate(client.certificate).subject).toBe("O=system:masters\nO=zweite Größe\nCN=admin");
  });

  test("serials are positive, 16 bytes long and differ", () => {
    const serials = [authority, server, client].map((made) => new X509Certificate(made.certificate).serialNumber);
    expect(new Set(serials).size).toBe(3);
    for (const serial of serials) {
      expect(serial).toHaveLength(32);
      expect(Number.parseInt(serial.slice(0, 2), 16)).toBeLessThan(0x80);
    }
  });

  test("a validity across 2050 uses both time formats", () => {
    const made = createCertificate({
      subject: { commonName: "long" },
      usages: ["serverAuth"],
      notBefore: new Date("2026-01-02T03:04:05Z"),
      notAfter: new Date("2056-01-02T03:04:05Z"),
    });
    const parsed = new X509Certificate(made.certificate);
    expect(parsed.validFromDate.toISOString()).toBe("2026-01-02T03:04:05.000Z");
    expect(parsed.validToDate.toISOString()).toBe("2056-01-02T03:04:05.000Z");
    expect(Buffer.from(made.der).includes("260102030405Z")).toBe(true);
    expect(Buffer.from(made.der).includes("20560102030405Z")).toBe(true);
  });

  test("mutual TLS accepts the chain and refuses a foreign client", async () => {
    const stranger = createCertificate({ subject: { commonName: "eve" }, usages: ["clientAuth"], notBefore, notAfter });
    const listener = createServer(
      {
        key: server.privateKey,
        cert: server.certificate,
        ca: authority.certificate,
        requestCert: true,
        rejectUnauthorized: true,
      },
      (socket) => socket.end(socket.getPeerX509Certificate()?.subject ?? "nobody"),
    );
    listener.on("tlsClientError", () => {});
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    const talk = (made: { certificate: string; privateKey: string }, servername: string) =>
      new Promise<string>((resolve, reject) => {
        let heard = "";
        const socket: TLSSocket = connect({
          host: "127.0.0.1",
          port,
          servername,
          ca: authority.certificate,
          cert: made.certificate,
          key: made.privateKey,
        });
        socket.on("data", (chunk) => {
          heard += chunk.toString();
        });
        socket.on("end", () => resolve(heard));
        socket.on("error", reject);
      });
    try {
      expect(await talk(client, "localhost")).toContain("CN=admin");
      await expect(talk(client, "elsewhere.example.test")).rejects.toThrow(/Hostname\/IP does not match/);
      // Under TLS 1.3 the refusal may arrive as a plain end of the stream; what counts is that nothing was served.
      expect(await talk(stranger, "localhost").catch(() => "")).toBe("");
    } finally {
      listener.close();
    }
  });

  test("a foreign RSA authority can issue", () => {
    const folder = mkdtempSync(join(tmpdir(), "certificate-"));
    try {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      writeFileSync(join(folder, "key.pem"), key);
      const certificate = execFileSync(
        "openssl",
        ["req", "-x509", "-new", "-key", join(folder, "key.pem"), "-subj", "/C=CH/O=Elsewhere/CN=root", "-days", "1"],
        { encoding: "utf8" },
      );
      const leaf = createCertificate({
        subject: { commonName: "leaf" },
        issuer: { certificate, privateKey: key },
        usages: ["clientAuth"],
        notBefore: new Date(),
        notAfter,
      });
      expect(new X509Certificate(leaf.certificate).checkIssued(new X509Certificate(certificate))).toBe(true);
      expect(new X509Certificate(leaf.certificate).verify(new X509Certificate(certificate).publicKey)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("openssl verifies server and client certificates for their purpose only", () => {
    const folder = mkdtempSync(join(tmpdir(), "certificate-"));
    try {
      for (const [name, made] of Object.entries({ authority, server, client }))
        writeFileSync(join(folder, name), made.certificate);
      const verify = (purpose: string, name: string) =>
        spawnSync("openssl", [
          "verify",
          "-x509_strict",
          "-purpose",
          purpose,
          "-CAfile",
          join(folder, "authority"),
          join(folder, name),
        ]).status;
      expect(verify("sslserver", "server")).toBe(0);
      expect(verify("sslclient", "client")).toBe(0);
      expect(verify("sslserver", "client")).not.toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("an invalid address and a foreign key are refused", () => {
    const base = { subject: { commonName: "x" }, usages: [], notBefore, notAfter } as const;
    expect(() => createCertificate({ ...base, ipAddresses: ["localhost"] })).toThrow("not an IP address");
    expect(() =>
      createCertificate({ ...base, issuer: { certificate: authority.certificate, privateKey: server.privateKey } }),
    ).toThrow("does not belong");
  });
});
