import { describe, expect, it } from 'vitest';
import { isHostRegistry, parseImageReference } from './image-reference.js';

const digest = `sha256:${'a'.repeat(64)}`;

describe('image reference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx', 'latest'],
    ['nginx:1.27', 'docker.io/library/nginx', '1.27'],
    ['owner/app', 'docker.io/owner/app', 'latest'],
    ['ghcr.io/owner/app:v1', 'ghcr.io/owner/app', 'v1'],
    ['reg.example:5000/a/b/c', 'reg.example:5000/a/b/c', 'latest'],
    [`ghcr.io/o/a:v1@${digest}`, 'ghcr.io/o/a', digest],
  ])('reads %s', (text, name, version) => {
    expect(parseImageReference(text)).toMatchObject({ name, version });
  });

  it.each([
    '',
    'A',
    'a b',
    'x:y:z',
    '../x',
    'a//b',
    'http://x/y',
    'x@sha256:1',
    '-x',
    'a/b\n',
    'nginx:',
    'a:b/c:99999999',
  ])('refuses %j', (text) => {
    expect(() => parseImageReference(text.replace('\n', '\nx'))).toThrow(/is not an image reference/);
  });

  it('tells the registries of the host, where other teams’ images are', () => {
    for (const text of [
      '127.0.0.1:5000/apps/x',
      'localhost/x',
      'localhost:1/x',
      '127.1:5/x',
      'a.localhost:5/x',
      'registry.internal:9/x',
      '0.0.0.0:5/x',
      'name-of-loopback.example:9/x',
    ]) {
      expect(isHostRegistry(parseImageReference(text), 'registry.internal:9')).toBe(true);
    }
    expect(isHostRegistry(parseImageReference('ghcr.io/a/b'), '127.0.0.1:5')).toBe(false);
  });
});
