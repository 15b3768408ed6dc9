import { describe, expect, it } from 'vitest';
import { memoryTree } from '#libs/core/snapshot-tree.js';
import { ignoredBy } from './dockerignore.js';

const plan = { language: 'java', detectedBy: 'pom.xml', ignore: ['target'] };
const tree = (dockerignore: string) =>
  memoryTree({ 'pom.xml': '', 'docs/a.md': '', '.dockerignore': dockerignore });

describe('the .dockerignore of an app', () => {
  it('is followed', async () => {
    const { ignored, unfit } = await ignoredBy(tree('docs\n'), plan);
    expect([unfit, ignored('docs/a.md'), ignored('pom.xml'), ignored('target/x')]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it('is not followed where it leaves out what Berth builds from: it is for another Dockerfile', async () => {
    const { ignored, unfit } = await ignoredBy(tree('*\n!target/*-runner\n'), plan);
    expect([unfit, ignored('docs/a.md'), ignored('pom.xml'), ignored('target/x')]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('is always followed beside a Dockerfile of the app', async () => {
    const own = { ...plan, language: 'dockerfile', detectedBy: 'Dockerfile' };
    const { ignored, unfit } = await ignoredBy(
      memoryTree({ Dockerfile: '', 'pom.xml': '', '.dockerignore': '*\n' }),
      own,
    );
    expect([unfit, ignored('pom.xml')]).toEqual([false, true]);
  });
});
