import { isIP } from "node:net";
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/**
 * TLS options that expect the certificate of another name, or of another address, which TLS does not let a client send. Without a name,
 * the certificate is that of the server's own address.
 */
export function expectedServer(name: string | undefined): object {
  if (name === undefined) return {};
  if (isIP(name) === 0) return { servername: name };
  return { checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(name, certificate) };
}
