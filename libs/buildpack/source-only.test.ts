import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { planOf } from './plan-of.js';
import { sourceOnly, type SourceOnly } from './source-only.js';

type Files = Record<string, string>;

/** The plan of these files, with the ids that the builder adds. */
async function built(files: Files): Promise<BuildPlan> {
  const ids = Object.entries(files).map(([path, text]): [string, string] => [
    path,
    createHash('sha256').update(text).digest('hex'),
  ]);
  return { ...(await planOf(files)), inputs: Object.fromEntries(ids) };
}

async function change(files: Files, by: Files): Promise<SourceOnly | null> {
  return sourceOnly(await built({ ...files, ...by }), await built(files));
}

const json = (value: object) => JSON.stringify(value);
const express = {
  'package.json': json({ dependencies: { express: '5' }, scripts: { start: 'node server.js' } }),
  'package-lock.json': '{}',
  'server.js': 'one',
};
const flask = { 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' };

describe('a change that touches only the copy of the source', () => {
  it('is a changed, new or missing source file of a Node app, a Flask app, a plain site or a function', async () => {
    expect(await change(express, { 'server.js': 'two', 'lib/new.js': '' })).toMatchObject({
      to: 'app',
      filledBelow: ['app/node_modules'],
    });
    expect(await change({ ...express, 'old.js': '1' }, {})).toBeNull();
    const { 'server.js': _, ...fewer } = { ...express, 'a.js': '1' };
    expect(sourceOnly(await built({ ...fewer, 'server.js': 'one' }), await built(express))).not.toBeNull();
    expect(await change(flask, { 'app.py': `${flask['app.py']}# more\n` })).toMatchObject({ to: 'app' });
    expect(await change({ 'index.html': 'one' }, { 'index.html': 'two' })).toMatchObject({ to: 'app' });
    expect(
      await change({ 'function.js': 'export default 1' }, { 'function.js': 'export default 2' }),
    ).toMatchObject({ to: 'app', filledBelow: ['home/app/function-server.mjs'] });
  });

  it('names each step, cached but for the last', async () => {
    const found = await change(express, { 'server.js': 'two' });
    expect(found?.steps.filter(({ cause }) => cause !== null)).toMatchObject([
      { instruction: { keyword: 'COPY' }, cause: 'server.js changed' },
    ]);
    expect(found?.steps.at(-1)?.cause).toBe('server.js changed');
    expect(found?.steps.some(({ instruction }) => instruction.rest.includes('npm'))).toBe(true);
  });

  it('is none where an earlier step reads what changed', async () => {
    expect(await change(express, { 'package-lock.json': '{"a":1}' })).toBeNull();
    expect(await change(flask, { 'requirements.txt': 'flask==3.1\n' })).toBeNull();
    const workspace = {
      ...express,
      'package.json': json({ workspaces: ['a'], scripts: { start: 'node a' } }),
    };
    const inside = { ...workspace, 'a/package.json': json({ name: 'a' }), 'a/index.js': '1' };
    expect(await change(inside, { 'a/package.json': json({ name: 'a', version: '2.0.0' }) })).toBeNull();
  });

  it('is none where a command reads the source, during the build or after the copy', async () => {
    const vite = {
      ...express,
      'package.json': json({ scripts: { start: 'node .', build: 'x' }, dependencies: { x: '1' } }),
    };
    expect(await change(vite, { 'server.js': 'two' })).toBeNull();
    const django = {
      'requirements.txt': 'django\ngunicorn\n',
      'manage.py': 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n',
      'site/settings.py':
        'INSTALLED_APPS = ["django.contrib.staticfiles"]\nSTATIC_ROOT = "static"\nWSGI_APPLICATION = "site.wsgi.application"\n',
      'site/wsgi.py': 'application = 1\n',
    };
    expect(await change(django, { 'site/wsgi.py': 'application = 2\n' })).toBeNull();
    expect(
      await change(
        { 'go.mod': 'module x\n', 'main.go': 'package main\nfunc main() {}\n' },
        { 'main.go': 'package main\nfunc main() { }\n' },
      ),
    ).toBeNull();
  });

  it('is none where the recipe is another: start command, settings, stack, or a Dockerfile of the app’s own', async () => {
    expect(await change(express, { Procfile: 'web: node other.js' })).toBeNull();
    expect(await change(express, { 'berth.toml': '[build.env]\nA = "1"\n', 'server.js': 'two' })).toBeNull();
    const own = { Dockerfile: 'FROM debian:13\nCOPY . /app/\nCMD ["/app/run"]\n', run: '1' };
    expect(await change(own, { run: '2' })).toBeNull();
    const [now, before] = [await built({ ...express, 'server.js': 'two' }), await built(express)];
    const renewed = {
      ...before,
      dockerfile: before.dockerfile.replaceAll(/^FROM \S+/gm, 'FROM berth/stack-node:new'),
    };
    expect(sourceOnly(now, renewed)).toBeNull();
    expect(sourceOnly(now, { ...before, inputs: undefined })).toBeNull();
  });
});
