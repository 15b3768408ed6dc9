import { z } from 'zod';
import { scopes } from '#libs/core/roles.js';
import { instant } from './common.js';
import { createdToken, tokenReach } from './tokens.js';

/** A text that a program says of itself and people read: one line. */
const shown = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{C}]*$/u, 'Letters, digits and signs on one line.');

/** What the command line would like; whoever lets it in decides. */
const loginWish = z.object({
  scope: z.enum(scopes).optional(),
  expiresInDays: tokenReach.shape.expiresInDays,
});

/** Body of POST /v1/logins: a command line asks to be let in from a browser. */
export const newLogin = z
  .object({
    /** Name of the machine. */
    machine: shown,
    /** Name and version of the program. */
    client: shown,
    wish: loginWish.default({}),
  })
  .meta({ id: 'NewLogin' });
export type NewLogin = z.infer<typeof newLogin>;

export const startedLogin = z
  .object({
    /** What the command line shows to `/v1/logins/token`, and to nobody else. */
    secret: z.string(),
    /** What it shows to its person: `WDJB-MJHT`. */
    code: z.string(),
    /** Page to open, with the code in it. */
    page: z.string(),
    expiresInSeconds: z.int(),
    /** Seconds to wait between two looks. */
    everySeconds: z.int(),
  })
  .meta({ id: 'StartedLogin' });
export type StartedLogin = z.infer<typeof startedLogin>;

/** Body of POST /v1/logins/token. */
export const loginSecret = z.object({ secret: z.string().min(1).max(100) }).meta({ id: 'LoginSecret' });
export type LoginSecret = z.infer<typeof loginSecret>;

/** `made` is null while nobody has decided; the token is shown this once. */
export const loginToken = z.object({ made: createdToken.nullable() }).meta({ id: 'LoginToken' });
export type LoginToken = z.infer<typeof loginToken>;

/** Who asks to be let in: what the page shows before anybody decides. */
export const loginView = z
  .object({
    code: z.string(),
    machine: z.string(),
    client: z.string(),
    /** Where the request came from. */
    address: z.string(),
    wish: loginWish,
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Login' });
export type LoginView = z.infer<typeof loginView>;

/** Body of POST /v1/logins/CODE/allow: how far the token reaches. */
export const loginAnswer = tokenReach.extend({ scope: z.enum(scopes) }).meta({ id: 'LoginAnswer' });
export type LoginAnswer = z.infer<typeof loginAnswer>;
