import { join } from 'node:path';
import { exists, writeAtomic } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { root } from '../settings.mjs';

/**
 * Creates the first administrator and keeps their token in `admin.token` (0600).
 * @returns {Promise<{ email: string, password: string } | null>} null when there is one already: a password is shown once
 */
export async function firstAdmin(copy, ui, env) {
  const tokenFile = copy.path('admin.token');
  if (await exists(tokenFile)) return null;
  let admin = null;
  await ui.step('First administrator', async () => {
    const text = await run(process.execPath, [join(root, 'dist/apps/api/src/first-admin.js')], {
      env: { ...process.env, ...env },
      timeoutMs: 60_000,
    }).catch((cause) => {
      throw new Problem({
        what: 'The first administrator could not be created.',
        why: cause.message,
        fix: 'Mend what it says, then start again.',
        cause,
      });
    });
    admin = answerOf(text);
    await writeAtomic(tokenFile, `${admin.token}\n`, 0o600);
    return admin.email;
  });
  return { email: admin.email, password: admin.password };
}

/** The last line is the answer; whatever a library prints before it is not. */
export function answerOf(text) {
  const line = text.trim().split('\n').at(-1) ?? '';
  const { email, password, token } = JSON.parse(line);
  if (!email || !token) throw new Error('first-admin gave no e-mail or token.');
  return { email, password: password ?? null, token };
}
