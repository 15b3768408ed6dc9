import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appNameOf } from './app-name.js';
import { configPath, readConfigFile, writeConfigFile } from './config-file.js';
import { appOfRemote } from './git.js';
import { platformUrl } from './platform-url.js';
import { readSettings } from './settings.js';

let home = '';
let env: Record<string, string> = {};
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'berth-settings-'));
  env = { XDG_CONFIG_HOME: home };
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const saved = { token: 'berth_a_secret', tokenId: null, email: 'me@example.org', team: 'home' };
const here = 'http://berth.localhost:8080';
const keep = (): Promise<void> =>
  writeConfigFile(configPath(env), { current: here, platforms: { [here]: saved } });

describe('the settings file', () => {
  it('is read back as it was written, by its owner alone', async () => {
    await keep();
    expect(await readConfigFile(configPath(env))).toEqual({ current: here, platforms: { [here]: saved } });
    expect(statSync(configPath(env)).mode & 0o777).toBe(0o600);
  });

  it('loses rights that others have been given', async () => {
    await keep();
    chmodSync(configPath(env), 0o644);
    await readConfigFile(configPath(env));
    expect(statSync(configPath(env)).mode & 0o777).toBe(0o600);
  });

  it('may be absent, but not broken without a word', async () => {
    expect(await readConfigFile(configPath(env))).toEqual({ current: null, platforms: {} });
    await keep();
    writeFileSync(configPath(env), '{');
    await expect(readConfigFile(configPath(env))).rejects.toThrow('is not the JSON that berth wrote');
  });
});

describe('what is in force', () => {
  it('is the option, then the environment, then the login', async () => {
    await keep();
    expect(await readSettings(env, {})).toMatchObject({
      url: here,
      token: saved.token,
      team: 'home',
      tokenFrom: 'login',
      named: false,
    });
    const more = { ...env, BERTH_TOKEN: 'berth_b_x', BERTH_TEAM: 'shop' };
    expect(await readSettings(more, {})).toMatchObject({
      token: 'berth_b_x',
      team: 'shop',
      tokenFrom: 'BERTH_TOKEN',
    });
    expect(await readSettings(more, { team: 'third' })).toMatchObject({ team: 'third' });
    expect(await readSettings(more, { team: '' })).toMatchObject({ team: null });
    expect(await readSettings({ ...env, BERTH_URL: 'berth.localhost:9' }, { url: here })).toMatchObject({
      url: here,
    });
  });

  it('never gives a platform the token of another', async () => {
    await keep();
    for (const url of ['http://evil.test', 'https://berth.localhost:8080', 'http://berth.localhost:8081'])
      expect(await readSettings({ ...env, BERTH_URL: url }, {})).toMatchObject({ token: null, team: null });
  });
});

describe('an address', () => {
  it.each([
    ['berth.example.org', 'https://berth.example.org'],
    ['berth.localhost:8080/', 'http://berth.localhost:8080'],
    ['http://Berth.Example.org/docs', 'http://berth.example.org'],
    ['127.0.0.1:9', 'http://127.0.0.1:9'],
  ])('written as %s is %s', (written, url) => expect(platformUrl(written)).toBe(url));

  it.each(['', 'ftp://x', 'http://', 'a b'])('%j is none', (written) =>
    expect(() => platformUrl(written)).toThrow(),
  );
});

describe('a git remote', () => {
  it.each([
    ['http://berth.localhost:8080/git/hello.git', 'hello'],
    ['http://me:pw@berth.localhost:8080/git/hello.git/', 'hello'],
    ['http://berth.localhost:8081/git/hello.git', null],
    ['https://github.com/git/hello.git', null],
    ['http://berth.localhost:8080/git/../x.git', null],
    ['git@berth.localhost:hello.git', null],
  ])('%s belongs to the app %s', (remote, app) => expect(appOfRemote(remote, here)).toBe(app));
});

describe('a folder’s name', () => {
  it.each([
    ['My App_2', 'my-app-2'],
    ['2048', ''],
    ['site.tar.gz', 'site'],
    ['--x--', 'x'],
    ['a'.repeat(39) + '-b', 'a'.repeat(39)],
  ])('%s is the app %s', (name, app) => expect(appNameOf(name)).toBe(app));
});
