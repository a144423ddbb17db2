import { randomBytes } from "node:crypto";
import type { Identity, Role } from "../server/identity.ts";

export interface IssuedToken {
  readonly token: string;
  readonly user: string;
  readonly role: Role;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

export interface TokenOptions {
  readonly user?: string;
  readonly expiresInMs?: number;
  readonly role?: Role;
}

/** The user of the token that a sandbox issues at its start. */
export const tenantUser = "tenant-user";

/** The bearer tokens that the platform accepts. */
export interface Tokens {
  issue(options?: TokenOptions): string;
  revoke(token: string): void;
  /** Undefined for an invalid or expired token. */
  identify(token: string): Identity | undefined;
  /** The tenant's token; issued on the first call. */
  tenant(): string;
  dump(): IssuedToken[];
}

export function createTokens(initial: readonly IssuedToken[], now: () => number, changed: () => void): Tokens {
  const tokens = new Map(initial.map((issued) => [issued.token, issued]));
  const issue = (options: TokenOptions = {}): string => {
    const token = randomBytes(24).toString("base64url");
    tokens.set(token, {
      token,
      user: options.user ?? tenantUser,
      role: options.role ?? "tenant",
      ...(options.expiresInMs === undefined ? {} : { expiresAt: now() + options.expiresInMs }),
    });
    changed();
    return token;
  };
  return {
    issue,
    revoke: (token) => {
      tokens.delete(token);
      changed();
    },
    identify: (token) => {
      const issued = tokens.get(token);
      if (!issued || (issued.expiresAt !== undefined && issued.expiresAt <= now())) return undefined;
      return { user: issued.user, role: issued.role };
    },
    tenant: () => {
      const own = [...tokens.values()].find(
        (issued) => issued.user === tenantUser && issued.role === "tenant" && issued.expiresAt === undefined,
      );
      return own?.token ?? issue();
    },
    dump: () => [...tokens.values()],
  };
}
