import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { commands, TestHost } from '../it-support.js';

// A look before anything was written is followed by another one only after a minute.
vi.setConfig({ testTimeout: 150_000 });
let host: TestHost;
beforeAll(async () => {
  // More than any disk has free: it counts as nearly full.
  host = await TestHost.open({ minFreeDiskMb: 2 ** 40 });
});
afterAll(() => host.close());

it('ends the instance that fills the disk, tells why, and begins anew in an empty container; others go on', async () => {
  const [calm, filling] = await Promise.all([host.app(), host.app()]);
  await host.ended((await host.deploy(calm.appId, commands.serve)).id);
  const [, , server] = commands.serve;
  const fill = ['bash', '-c', 'head -c 300M /dev/zero > /var/filling & exec perl -e "$0"', server];
  await host.ended((await host.deploy(filling.appId, fill)).id);
  const [row] = await host.settled(filling.appId, 1);
  const again = await waitFor(
    'another container',
    async () => {
      const now = await host.db.instance.findUniqueOrThrow({ where: { id: row!.id } });
      return now.restarts > 0 && now.containerId !== row!.containerId && now;
    },
    { timeoutMs: 100_000 },
  );
  expect(again.reason ?? host.warnings.join()).toMatch(/had written 3\d\d MB|has written 3\d\d MB/);
  const kinds = await host.db.event.findMany({ where: { appId: filling.appId }, orderBy: { id: 'asc' } });
  expect(JSON.stringify(kinds.map(({ data }) => data))).toContain("the host's disk is nearly full");
  expect((await host.settled(calm.appId, 1))[0]).toMatchObject({ restarts: 0 });
});
