import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildPlan } from '#libs/contracts/build-plan.js';
import type { Language } from './language.js';
import { languages } from './languages.js';
import { planOf } from './plan-of.js';

const here = import.meta.dirname;
const folders = readdirSync(here, { withFileTypes: true })
  // Which registries a plan asks is no language.
  .filter((entry) => entry.isDirectory() && entry.name !== 'mirrors')
  .map(({ name }) => name);

/** A smallest source of each language. */
const samples: Record<string, Record<string, string>> = {
  node: { 'package.json': '{"scripts":{"start":"node server.js"}}', 'server.js': '' },
  go: { 'go.mod': 'module x\n', 'main.go': 'package main\n' },
  rust: { 'Cargo.toml': '[package]\nname = "x"\n', 'src/main.rs': 'fn main() {}' },
  java: { 'pom.xml': '<project/>' },
  php: { 'index.php': '<?php' },
  python: { 'requirements.txt': 'flask\n', 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' },
  ruby: { Gemfile: 'gem "rack"\n', 'config.ru': 'run Page' },
  deno: { 'deno.json': '{}', 'main.ts': 'Deno.serve(() => new Response());' },
  function: { 'function.js': 'export default () => new Response("hi");' },
  static: { 'index.html': '<p>' },
  dockerfile: { Dockerfile: 'FROM scratch\nCMD ["/x"]\n' },
};

describe('languages', () => {
  it.each(folders)('%s is a language of that name, is listed once, and plans its sample', async (folder) => {
    expect(existsSync(join(here, folder, `${folder}.ts`))).toBe(true);
    const { language } = (await import(`./${folder}/${folder}.ts`)) as { language: Language };
    expect(language.name).toBe(folder);
    expect(languages.filter((each) => each === language)).toHaveLength(1);
    const plan = await planOf(samples[folder] ?? {});
    expect(buildPlan.parse(plan)).toEqual(plan);
    expect(plan.language).toBe(folder);
    expect(plan.choices.length).toBeGreaterThan(1);
  });

  it('asks Dockerfile before Node before static', async () => {
    const all = { ...samples.node, ...samples.static, ...samples.dockerfile };
    expect((await planOf(all)).language).toBe('dockerfile');
    expect((await planOf({ ...samples.node, ...samples.static })).language).toBe('node');
  });

  it('names what it looked for, what it found and what to do, when nothing fits', async () => {
    await expect(planOf({ 'README.md': '', 'web/package.json': '{}' })).rejects.toThrow(
      /looked for Dockerfile, function.ts, function.py, package.json, .* and index.html and found only README.md, web\. There is web\/package.json, but .* a Dockerfile builds anything/,
    );
    await expect(planOf({})).rejects.toMatchObject({ code: 'source_empty' });
  });
});

describe('a language that Berth knows and cannot build', () => {
  it.each([
    ['mix.exs', 'Elixir'],
    ['Shop.sln', '.NET'],
    ['src/Shop.csproj', '.NET'],
    ['build.sbt', 'Scala'],
  ])('%s is said to be %s, with what to do', async (path, title) => {
    await expect(planOf({ [path]: '', 'README.md': '' })).rejects.toMatchObject({
      code: 'language_unavailable',
      message: expect.stringMatching(
        new RegExp(`^${path} says that this is an app in ${title}, which Berth cannot build.*Dockerfile`),
      ),
    });
  });

  it('is no matter to a source that has a Dockerfile', async () => {
    expect((await planOf({ 'mix.exs': '', Dockerfile: 'FROM scratch\nCMD ["/x"]' })).language).toBe(
      'dockerfile',
    );
  });
});

describe('a source that two languages know', () => {
  const server = { 'package.json': '{"scripts":{"start":"node s.js","build":"vite build"}}', 's.js': '' };
  const tools = { 'package.json': '{"devDependencies":{"tailwindcss":"4"}}' };
  const flask = samples.python as Record<string, string>;
  const django = {
    'manage.py': "os.environ['DJANGO_SETTINGS_MODULE', 'a.b']  # django",
    'a/wsgi.py': '',
    'requirements.txt': 'gunicorn',
  };
  const scripts = { 'requirements.txt': 'requests\n', 'main.py': 'print(1)' };

  it.each([
    ['a Django beside its pages’ tools', { ...django, ...tools }, 'python', true],
    ['a Flask beside a package that builds', { ...flask, ...server }, 'python', true],
    ['a Node app beside scripts', { ...server, ...scripts }, 'node', true],
    [
      'a Node app that its Procfile names',
      { ...server, ...scripts, Procfile: 'web: npm start' },
      'node',
      true,
    ],
    [
      'a Python app that its Procfile names',
      { ...server, ...scripts, Procfile: 'web: python main.py' },
      'python',
      true,
    ],
    ['a Flask with a page', { ...flask, 'index.html': '' }, 'python', false],
    [
      'a site with scripts that need packages',
      { 'index.html': '', 'requirements.txt': 'mkdocs' },
      'static',
      true,
    ],
    [
      'a Dockerfile beside everything',
      { ...server, ...django, Dockerfile: 'FROM scratch\nCMD ["/x"]' },
      'dockerfile',
      false,
    ],
  ])('%s', async (_, files, language, tells) => {
    const plan = await planOf(files as Record<string, string>);
    expect(plan.language).toBe(language);
    const choice = plan.choices.find(({ what }) => what === 'Language');
    if (!tells) return expect(choice).toBeUndefined();
    expect(choice?.why).toMatch(/Also found, and not used: \S+ \(\w/);
    expect(choice?.change).toMatch(/language = "\w+" under \[build\] in berth.toml/);
  });

  it('is built by the one that berth.toml names', async () => {
    const toml = { 'berth.toml': '[build]\nlanguage = "node"\n' };
    expect((await planOf({ ...django, ...server, ...toml })).language).toBe('node');
  });
});
