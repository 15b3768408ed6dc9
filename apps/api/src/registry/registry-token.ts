import { createHmac, hkdfSync, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What docker needs for a push of many layers; it asks for another when this one has run out. */
export const TOKEN_SECONDS = 300;
const ISSUER = 'berth';
const AUDIENCE = 'berth-registry';
const HEADER = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }));

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
  iss: z.literal(ISSUER),
  aud: z.literal(AUDIENCE),
  sub: z.string(),
  exp: z.number(),
  access: z.array(
    z.object({ type: z.literal('repository'), name: z.string(), actions: z.array(z.enum(actions)) }),
  ),
});

/** Tokens of the registry's door: JSON Web Tokens that Berth signs (HMAC with SHA-256) and alone reads. */
export class RegistryTokens {
  readonly #key: Buffer;

  /** @param secretKey BERTH_SECRET_KEY; the tokens' key is derived from it. */
  constructor(secretKey: string) {
    this.#key = Buffer.from(
      hkdfSync('sha256', Buffer.from(secretKey, 'base64'), '', 'berth registry token', 32),
    );
  }

  /** @param userId whose rights were looked at */
  sign(userId: string, access: Grant[], now: Date): string {
    const at = Math.floor(now.getTime() / 1000);
    const body = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: userId,
      iat: at,
      nbf: at,
      exp: at + TOKEN_SECONDS,
      jti: randomUUID(),
      access,
    };
    const text = `${HEADER}.${base64url(JSON.stringify(body))}`;
    return `${text}.${this.#mac(text).toString('base64url')}`;
  }

  /** Whose token it is and what it is good for; null when it is none of ours, or has run out. */
  read(token: string, now: Date): { userId: string; access: Grant[] } | null {
    const [header, body, mac, more] = token.split('.');
    if (header !== HEADER || body === undefined || mac === undefined || more !== undefined) return null;
    const given = Buffer.from(mac, 'base64url');
    const right = this.#mac(`${header}.${body}`);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
    const parsed = claims.safeParse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    if (!parsed.success || parsed.data.exp * 1000 <= now.getTime()) return null;
    return { userId: parsed.data.sub, access: parsed.data.access };
  }

  #mac(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
