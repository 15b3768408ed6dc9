import { describe, expect, it } from 'vitest';
import { baseImages, replaceBases } from './bases.js';

const text = [
  'ARG NODE=22',
  '# FROM nothing',
  'FROM --platform=linux/amd64 \\',
  '  node:22 AS build',
  'RUN npm ci',
  'FROM build AS test',
  'FROM nginx',
  'COPY --from=build /app /app',
  'COPY --chown=1:1 --from=busybox:1 /bin/sh /sh',
  'COPY --from=0 /x /x',
  'RUN --mount=from=build,target=/b --mount=type=bind,FROM=busybox:1,target=/m --mount=from=alpine,target=/a ls',
  'FROM scratch',
].join('\n');

describe('images from outside in a Dockerfile', () => {
  it('are those of FROM, COPY --from and RUN --mount that are no stages, each once', () => {
    expect(baseImages(text)).toEqual(['node:22', 'nginx', 'busybox:1', 'alpine']);
  });

  it('are none where a stage is chosen by the platform', () => {
    const stages = 'FROM a AS base-amd64\nFROM b AS base-arm64\nFROM base-${TARGETARCH}\n';
    expect(baseImages(stages)).toEqual(['a', 'b']);
  });

  it('are replaced where they stand, and every other line keeps its place', () => {
    const by = new Map([
      ['node:22', 'host:5000/cache/node@sha256:0'],
      ['busybox:1', 'host:5000/cache/busybox'],
      ['alpine', 'host:5000/cache/alpine'],
    ]);
    expect(replaceBases(text, by).split('\n')).toEqual([
      'ARG NODE=22',
      '# FROM nothing',
      'FROM host:5000/cache/node@sha256:0 AS build',
      '#',
      'RUN npm ci',
      'FROM build AS test',
      'FROM nginx',
      'COPY --from=build /app /app',
      'COPY --chown=1:1 --from=host:5000/cache/busybox /bin/sh /sh',
      'COPY --from=0 /x /x',
      'RUN --mount=from=build,target=/b --mount=type=bind,from=host:5000/cache/busybox,target=/m --mount=from=host:5000/cache/alpine,target=/a ls',
      'FROM scratch',
    ]);
  });
});
