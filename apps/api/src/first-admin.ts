import { hashPassword } from '#libs/access/passwords.js';
import { newPasswordText, newTokenSecret } from '#libs/access/secrets.js';
import { readEnv } from '#libs/config/env.js';
import { openDb } from '#libs/store/db.js';
import { ensureFirstAdmin } from '#libs/store/first-admin.js';

/**
 * Makes sure that there is an administrator, a team `home` of theirs, and a token, and prints one JSON line:
 * `{ email, password, token }`. Run again (because the token's file was lost, or the first run died before anybody saw its output) it
 * makes a new token in place of the old one; `password` is null once the first token was used, since somebody has it then.
 */
const env = readEnv();
const db = openDb(env.DATABASE_URL, { connections: 1 });
try {
  const password = newPasswordText();
  const { token, prefix, hash } = newTokenSecret();
  const admin = await ensureFirstAdmin(db, {
    email: `admin@${env.BERTH_DOMAIN}`,
    passwordHash: await hashPassword(password),
    token: { prefix, secretHash: hash },
  });
  console.log(JSON.stringify({ email: admin.email, password: admin.passwordSet ? password : null, token }));
} finally {
  await db.$disconnect();
}
