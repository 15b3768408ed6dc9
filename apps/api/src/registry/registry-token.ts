import { hkdfSync, randomUUID } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';

/** What docker needs for a push of many layers; it asks for another when this one has run out. */
export const TOKEN_SECONDS = 300;
const ISSUER = 'berth';
const AUDIENCE = 'berth-registry';
const ALGORITHM = 'HS256';
const TYPE = 'JWT';

export const actions = ['pull', 'push'] as const;
export type Action = (typeof actions)[number];

/** What a token is good for, as the distribution specification writes it (docs/spec/auth/jwt.md). */
export interface Grant {
  type: 'repository';
  /** `TEAM/APP` */
  name: string;
  actions: Action[];
}

const claims = z.object({
  sub: z.string(),
  access: z.array(
    z.object({ type: z.literal('repository'), name: z.string(), actions: z.array(z.enum(actions)) }),
  ),
});

/** Tokens of the registry's door: JSON Web Tokens that Berth signs (HMAC with SHA-256) and alone reads. */
export class RegistryTokens {
  readonly #key: Uint8Array;

  /** @param secretKey BERTH_SECRET_KEY; the tokens' key is derived from it. */
  constructor(secretKey: string) {
    this.#key = new Uint8Array(
      hkdfSync('sha256', Buffer.from(secretKey, 'base64'), '', 'berth registry token', 32),
    );
  }

  /** @param userId whose rights were looked at */
  sign(userId: string, access: Grant[], now: Date): Promise<string> {
    const at = Math.floor(now.getTime() / 1000);
    return new SignJWT({ access })
      .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(userId)
      .setIssuedAt(at)
      .setNotBefore(at)
      .setExpirationTime(at + TOKEN_SECONDS)
      .setJti(randomUUID())
      .sign(this.#key);
  }

  /** Whose token it is and what it is good for; null when it is none of ours, or has run out. */
  async read(token: string, now: Date): Promise<{ userId: string; access: Grant[] } | null> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'nbf'],
        currentDate: now,
      });
      const parsed = claims.safeParse(payload);
      return parsed.success ? { userId: parsed.data.sub, access: parsed.data.access } : null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}
