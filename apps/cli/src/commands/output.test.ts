import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { run } from '../frame/run.js';
import { configPath, writeConfigFile } from '../settings/config-file.js';
import { ContractPlatform, someId } from '../testing/contract-platform.js';
import { commands } from './commands.js';

/** Their standard output is that of what they run, or is read by another program: journeys show them. */
const others = ['exec', 'run', 'start', 'cp', 'git-credential', 'complete'];
/** One message a line, in place of one document. */
const streams = ['logs', 'job logs'];
/** Where the first example would ask, or needs what is not there. */
const instead: Record<string, string> = {
  login: 'login --token berth_ab_cdefghijk',
  'addons detach': 'addons detach "some text" --app hello',
  'apps destroy': 'destroy hello --confirm hello',
  'team remove': 'team remove jo@example.org --yes',
  'config edit': 'config edit --yes --app hello',
  'config get': 'config get COLOUR --app hello',
  'team use': 'team use shop',
  rollback: 'rollback v1 --app hello',
  logs: 'logs --level warn --since 2h',
  'cron run': 'cron run clean-up --app hello',
  'tokens revoke': `tokens revoke ${someId}`,
  disk: 'disk --dry-run',
};

const home = mkdtempSync(join(tmpdir(), 'berth-output-'));
const before = process.cwd();
let platform: ContractPlatform;
beforeAll(async () => {
  platform = await ContractPlatform.open();
  for (const [name, content] of Object.entries({ '.env': 'COLOUR=blue\n', 'index.html': 'hello' }))
    writeFileSync(join(home, name), content);
  execFileSync('git', ['init', '-q', home]);
  process.chdir(home);
});
afterAll(() => {
  process.chdir(before);
  platform.close();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  const saved = { token: 'berth_ab_cdefghijk', tokenId: null, email: 'me@example.org' };
  return writeConfigFile(configPath(env()), { current: platform.url, platforms: { [platform.url]: saved } });
});
afterEach(() => vi.restoreAllMocks());

const env = () => ({
  ...{ PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, EDITOR: 'true', CI: 'true' },
  ...{ BERTH_URL: platform.url, BERTH_TOKEN: 'berth_ab_cdefghijk', BERTH_TEAM: 'shop', BERTH_APP: 'hello' },
});

/** Runs a line as a program does that reads both streams. */
async function ran(
  line: string,
  ...more: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  const heard = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => ((heard[name] += String(text)), true));
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"|"$/g, ''));
  const ids = words.map((word) => (/^[0-9a-f]{8}$/.test(word) ? someId.slice(-8) : word));
  const code = await run([...more, ...ids], commands, env());
  vi.restoreAllMocks();
  return { code, ...heard };
}

describe.each(
  commands
    .filter(({ name }) => !others.includes(name))
    .map(({ name, examples }) => [name, instead[name] ?? examples[0]?.[0] ?? name] as const),
)('berth %s', (name, line) => {
  it('gives with --json one document and nothing else', async () => {
    const { code, stdout, stderr } = await ran(line, '--json');
    expect({ line, code, stderr }).toMatchObject({ code: 0 });
    const documents = streams.includes(name) ? stdout.trim().split('\n') : [stdout];
    expect(documents.length).toBeGreaterThan(0);
    for (const text of documents) expect(JSON.parse(text)).not.toHaveProperty('error.exitCode');
  });

  it('says for people what it was told, without escapes in a pipe', async () => {
    const { code, stdout, stderr } = await ran(line);
    expect({ line, code, stderr }).toMatchObject({ code: 0 });
    expect(`${stdout}${stderr}`).not.toMatch(/undefined|\[object Object\]|NaN|Invalid Date/);
    expect(`${stdout}${stderr}`).not.toContain('\u001b');
    expect(`${stdout}${stderr}`.trim()).not.toBe('');
  });
});
