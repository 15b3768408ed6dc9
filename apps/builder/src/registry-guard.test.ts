import { describe, expect, it } from 'vitest';
import { RegistryGuard } from './registry-guard.js';

function watched(name: string): boolean {
  const guard = new RegistryGuard('127.0.0.1:5000');
  const step = { digest: 'd', name, cached: false, startedAt: null, endedAt: null, error: null };
  guard.watch({ kind: 'step-started', step });
  return guard.signal.aborted;
}

describe('registry guard', () => {
  it.each([
    '[internal] load metadata for 127.0.0.1:5000/apps/other:d1-1',
    '[stage-1 1/3] FROM 127.0.0.1:5000/apps/other@sha256:00',
    'FROM 127.0.0.1:5000/apps/other',
    'FROM localhost:5000/apps/other',
    'FROM loopback.example:5000/apps/other',
    '[2/3] ADD http://127.0.0.1:5000/v2/_catalog /x',
    '[stage-1 2/3] ADD --chown=1 https://example.org/x /x',
    'http://127.0.0.1:5000/v2/_catalog',
  ])('ends a build at %s', (name) => {
    expect(watched(name)).toBe(true);
  });

  it.each([
    '[internal] load metadata for docker.io/library/node:22',
    '[internal] load metadata for reg.example:443/a/b',
    'FROM node:5000',
    '[2/3] RUN echo FROM 127.0.0.1:5000/apps/other',
    '[2/3] COPY 127.0.0.1:5000/x /y',
    '[2/3] RUN curl http://example.org',
    '[2/3] ADD http /x',
  ])('leaves %s alone', (name) => {
    expect(watched(name)).toBe(false);
  });
});
