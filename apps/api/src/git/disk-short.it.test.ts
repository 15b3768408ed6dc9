import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitDoor } from './testing/git-door.js';

let git: GitDoor;
beforeAll(async () => {
  git = await GitDoor.open({ BERTH_MIN_FREE_DISK_MB: '1000000000' });
});
afterAll(() => git.close());

describe('a platform whose disk is nearly full', () => {
  it('takes no push, and says why before anything is sent', async () => {
    const tree = await git.clone('hello');
    const { code, output } = await tree.tryGit('push', 'berth', 'main');
    expect(code).not.toBe(0);
    expect(output).toContain('remote: The platform takes no new code while its disk is nearly full');
    expect(await git.door.database.db.app.count()).toBe(0);
  });
});
