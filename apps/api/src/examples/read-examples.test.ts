import { describe, expect, it } from 'vitest';
import { projectRoot } from '../paths.js';
import { readExamples } from './read-examples.js';

describe('the example apps', () => {
  it('are all there, with their files and a sentence about each, small enough for a page', async () => {
    const examples = await readExamples(new URL('examples/', projectRoot));
    expect(examples.map(({ name }) => name).slice(0, 2)).toEqual(['hello-node', 'hello-function']);
    expect(examples.find(({ name }) => name === 'hello-php')?.files.map(({ path }) => path)).toContain(
      'public/index.php',
    );
    for (const { about } of examples) expect(about).toMatch(/^[A-Z].+[.]$/);
    expect(JSON.stringify(examples).length).toBeLessThan(100_000);
  });

  it('are none where the folder is missing', async () => {
    expect(await readExamples(new URL('no-such-folder/', projectRoot))).toEqual([]);
  });
});
