import { randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import supertest from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planView } from '#libs/contracts/api/plan.js';
import { tarGzOf } from '#libs/source/testing/archives.js';
import { openDoor, type TestDoor, type TestUser } from '../git/testing/door.js';
import { PlanModule } from './plan.module.js';

let door: TestDoor;
let owner: TestUser;

beforeAll(async () => {
  door = await openDoor([PlanModule], { BERTH_MAX_UPLOAD_MB: '4' });
  owner = await door.user();
  await writeFile(join(door.home, 'stacks.json'), '{"node":"berth/stack-node:24-x"}');
});
afterAll(() => door.close());

const send = async (path: string, files: Record<string, string>) =>
  supertest(door.url)
    .post(path)
    .set('Authorization', `Bearer ${owner.token}`)
    .set('Content-Type', 'application/gzip')
    .send(await tarGzOf(Object.entries(files).map(([name, content]) => ({ name, content }))));

const vite = {
  'package.json': '{"scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
  'package-lock.json': '{}',
};

describe('a plan', () => {
  it('explains an archive, keeps nothing of it, and says which stacks are still to be made', async () => {
    const { status, body } = await send('/v1/plan', vite);
    expect(status, JSON.stringify(body)).toBe(200);
    const view = planView.parse(body);
    expect(view).toMatchObject({
      plan: { language: 'node', title: 'Vite', detectedBy: 'package.json' },
      files: 2,
      stacks: [
        { name: 'node', image: 'berth/stack-node:24-x' },
        { name: 'static', image: null },
      ],
      caches: ['/home/app/.npm'],
    });
    expect(await readdir(join(door.home, 'uploads'))).toEqual([]);
    expect(await door.database.db.source.count()).toBe(0);
  });

  it('that cannot be made says why in the builder’s words, and keeps nothing', async () => {
    const { status, body } = await send('/v1/plan', { ...vite, 'berth.toml': '[start]\nport = "x"' });
    expect(status).toBe(422);
    expect(body).toMatchObject({
      code: 'cannot_plan',
      detail: expect.stringContaining('berth.toml, line 2: [start] port is not a whole number.'),
      details: { reason: 'berth_toml_invalid', line: 2 },
    });
    expect(await readdir(join(door.home, 'uploads'))).toEqual([]);
  });

  it('of an app is that of its newest source', async () => {
    const name = `app-p${randomBytes(4).toString('hex')}`;
    await door.database.db.app.create({ data: { name, teamId: owner.team.id } });
    const ask = () =>
      supertest(door.url).get(`/v1/apps/${name}/plan`).set('Authorization', `Bearer ${owner.token}`);
    expect(await ask()).toMatchObject({ status: 404, body: { code: 'source_not_found' } });
    await send(`/v1/apps/${name}/uploads`, vite);
    const { status, body } = await ask();
    expect(status).toBe(200);
    expect(body.plan.title).toBe('Vite');
  });
});
