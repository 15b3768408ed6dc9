import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashOf, removeTree } from '../lib/files.mjs';
import { answersOk, dialAddress } from './edge.mjs';
import { Problem } from '../lib/problem.mjs';
import { RunError, run } from '../lib/run.mjs';
import { until } from '../lib/wait.mjs';
import { originOf, root } from '../settings.mjs';
import { save } from '../state.mjs';

const example = join(root, 'examples', 'hello-node');
export const helloName = 'hello-node';

/**
 * Deploys examples/hello-node through a real `git push`, once for each change of it, and waits until it answers.
 * @returns {Promise<string>} its URL
 */
export async function helloApp(copy, ui) {
  const url = originOf(copy.settings, `${helloName}.${copy.settings.appsDomain}`);
  const hash = await hashOf([example]);
  if (copy.state.hello !== hash) {
    await ui.step('hello-node by git push', ({ note }) => push(copy, note));
    copy.state.hello = hash;
    await save(copy);
  }
  await ui.step('hello-node answers', () => answers(copy, url));
  return url;
}

async function push(copy, note) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-hello-'));
  const remote = `${originOf(copy.settings, copy.settings.domain)}/git/${helloName}.git`;
  const env = await gitEnv(copy);
  const git = (...args) =>
    run('git', args, {
      cwd: folder,
      env,
      timeoutMs: 180_000,
      onLine: (line) => note(line.replace(/^remote:\s*/, '').trim()),
    });
  try {
    await cp(example, folder, { recursive: true });
    await git('init', '--quiet', '--initial-branch=main');
    await git('add', '--all');
    await git('commit', '--quiet', '--message=Hello from Berth');
    // The example is ours: whatever an earlier copy pushed there may be replaced.
    await git('push', '--force', remote, 'main');
  } catch (cause) {
    const words =
      cause instanceof RunError
        ? cause.output
            .split('\n')
            .filter((line) => line.startsWith('remote:'))
            .slice(-8)
            .join(' ')
        : '';
    throw new Problem({
      what: 'Berth runs, but its first app, examples/hello-node, was not deployed.',
      why: (words || cause.message)
        .replace(/remote:\s*/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
      fix: `The logs of api, builder and runtime are in ${copy.logs}.`,
      cause,
    });
  } finally {
    await removeTree(folder);
  }
}

/**
 * git's settings by environment: the token must not show in the list of processes, the person's own configuration must
 * not matter, and the platform's name must lead here even where no resolver knows it.
 */
async function gitEnv(copy) {
  const token = (await readFile(copy.path('admin.token'), 'utf8')).trim();
  const basic = Buffer.from(`berth:${token}`).toString('base64');
  const settings = {
    'http.extraHeader': `Authorization: Basic ${basic}`,
    'http.curloptResolve': `${copy.settings.domain}:${copy.settings.port}:${dialAddress(copy)}`,
    'http.proxy': '',
    'user.name': 'Berth',
    'user.email': 'berth@localhost',
    'commit.gpgsign': 'false',
    'core.hooksPath': '/dev/null',
  };
  const env = {
    ...process.env,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
  };
  for (const [i, [key, value]] of Object.entries(settings).entries()) {
    env[`GIT_CONFIG_KEY_${i}`] = key;
    env[`GIT_CONFIG_VALUE_${i}`] = value;
  }
  return env;
}

async function answers(copy, url) {
  if (await until(() => answersOk(copy, url), { timeoutMs: 60_000, everyMs: 100 })) return url;
  throw new Problem({
    what: `${url} does not answer.`,
    fix: `Look into ${join(copy.logs, 'runtime.log')} and ${join(copy.logs, 'traefik.log')}.`,
  });
}
