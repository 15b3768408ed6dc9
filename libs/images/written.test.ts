import { expect, it } from 'vitest';
import { writtenFolders } from './written.js';

it('a step writes to the upper folder of its root and to its cache mounts, and to nothing else', () => {
  const mountinfo = `500 400 0:50 / / rw,relatime - overlay overlay rw,lowerdir=/d/overlay2/l/A:/d/overlay2/l/B,upperdir=/d/overlay2/u/diff,workdir=/d/overlay2/u/work
501 500 0:51 / /proc rw,nosuid - proc proc rw
502 500 254:0 /d/overlay2/cache/diff /home/app/.npm rw,relatime - ext4 /dev/vda rw
503 500 254:0 /d/overlay2/stage/diff/x /from ro,relatime - ext4 /dev/vda rw
504 500 254:0 /d/buildkit/executor/hosts.1 /etc/hosts ro,relatime - ext4 /dev/vda rw
`;
  expect(writtenFolders(mountinfo)).toEqual(['/d/overlay2/u/diff', '/d/overlay2/cache/diff']);
  expect(writtenFolders('')).toEqual([]);
});
