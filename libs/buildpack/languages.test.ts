import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildPlan } from '#libs/contracts/build-plan.js';
import type { Language } from './language.js';
import { languages } from './languages.js';
import { planOf } from './plan-of.js';

const here = import.meta.dirname;
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** A smallest source of each language. */
const samples: Record<string, Record<string, string>> = {
  node: { 'package.json': '{"scripts":{"start":"node server.js"}}', 'server.js': '' },
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
      /looked for Dockerfile, package.json, server.js and index.html and found only README.md, web\. There is web\/package.json, but .* a Dockerfile builds anything/,
    );
    await expect(planOf({})).rejects.toMatchObject({ code: 'source_empty' });
  });
});
