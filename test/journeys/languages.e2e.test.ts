import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { api, deployment, hostOf, visit } from '../support/berth.js';
import { Repository } from '../support/repository.js';

const examples = new URL('../../examples', import.meta.url).pathname;

/** The files of an example app; none of them has folders. */
function example(name: string): Record<string, string> {
  const folder = join(examples, name);
  return Object.fromEntries(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
}

const repositories: Repository[] = [];
afterAll(async () => {
  for (const repository of repositories) {
    await api('delete', `/v1/apps/${repository.app}`);
    await repository.remove();
  }
});

describe('an app in a language whose stack this host does not have yet', () => {
  it('is deployed all the same: the stack is made on the way, once', async () => {
    const files = example('hello-python');
    const repository = await Repository.create('journey-python', files);
    repositories.push(repository);
    const first = await repository.push();
    expect(first.output).toContain('Flask app detected (requirements.txt)');
    expect(first.code, first.output).toBe(0);
    const answer = await visit(hostOf('journey-python'));
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Hello from journey-python');

    await repository.commit({ 'app.py': `${files['app.py']}# changed\n` });
    const second = await repository.push();
    expect(second.code, second.output).toBe(0);
    const { steps, build } = await deployment('journey-python', 2);
    expect(steps.map(({ name }) => name)).not.toContain('stack');
    // What was installed is not installed again: one layer is new.
    expect(build?.layers.filter(({ reused }) => !reused)).toMatchObject([
      { part: 'app', whyNot: 'app.py changed.' },
    ]);
  }, 300_000);
});
