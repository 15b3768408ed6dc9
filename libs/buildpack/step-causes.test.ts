import { describe, expect, it } from 'vitest';
import { stepCauses } from './step-causes.js';

const dockerfile = `FROM node:22 AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
FROM deps AS build
COPY ["src/","./src/"]
RUN npm run build
FROM debian:12
COPY --from=build /app/dist /app
COPY public/*.html /app/public/
CMD ["/app/run"]
`;
const inputs = {
  'package.json': 'a',
  'package-lock.json': 'b',
  'src/index.ts': 'c',
  'src/util/x.ts': 'd',
  'public/index.html': 'e',
  'public/deep/a.html': 'f',
};
const side = { dockerfile, inputs, sourceFolder: '', extraFiles: {} };
const steps = {
  copyManifests: '[deps 3/4] COPY package.json package-lock.json ./',
  install: '[deps 4/4] RUN npm ci',
  copySource: '[build 2/3] COPY [src/,./src/]',
  build: '[build 3/3] RUN npm run build',
  copyBuilt: '[stage-2 2/3] COPY --from=build /app/dist /app',
  copyPages: '[stage-2 3/3] COPY public/*.html /app/public/',
};

function causes(now: Partial<typeof side>): Record<string, string | null> {
  const cause = stepCauses({ ...side, ...now }, side);
  return Object.fromEntries(Object.entries(steps).map(([key, name]) => [key, cause(name)]));
}

describe('why a step ran', () => {
  it('is nothing when nothing changed', () => {
    expect(Object.values(causes({})).every((cause) => cause === null)).toBe(true);
  });

  it('names the file that it copies, for it and what comes after it, and for nothing else', () => {
    expect(causes({ inputs: { ...inputs, 'src/util/x.ts': 'new' } })).toEqual({
      copyManifests: null,
      install: null,
      copySource: 'src/util/x.ts changed',
      build: 'src/util/x.ts changed',
      copyBuilt: 'src/util/x.ts changed',
      copyPages: 'src/util/x.ts changed',
    });
    expect(causes({ inputs: { ...inputs, 'package-lock.json': 'new' } }).install).toBe(
      'package-lock.json changed',
    );
    expect(causes({ inputs: { ...inputs, 'public/index.html': 'new' } })).toMatchObject({
      build: null,
      copyBuilt: null,
      copyPages: 'public/index.html changed',
    });
  });

  it('takes a star for one folder, and files that nothing copies for nothing', () => {
    const other = { ...inputs, 'public/deep/a.html': 'new', 'README.md': 'new' };
    expect(Object.values(causes({ inputs: other })).every((cause) => cause === null)).toBe(true);
  });

  it('names a changed base image and a changed instruction', () => {
    expect(causes({ dockerfile: dockerfile.replace('node:22', 'node:24') })).toMatchObject({
      install: 'the base image changed from node:22 to node:24',
      copyBuilt: 'the base image changed from node:22 to node:24',
    });
    const changed = causes({ dockerfile: dockerfile.replace('run build', 'run build:all') });
    expect(changed).toMatchObject({ copySource: null, build: 'its instructions changed (RUN)' });
    expect(causes({ dockerfile: dockerfile.replace('/app/run', '/app/go') }).copyPages).toBeNull();
  });

  it('knows one stage without a name, files below a source folder, and files of Berth’s own', () => {
    const one = {
      dockerfile: 'FROM x\nCOPY --chown=1000:1000 ["app/","/app/"]\nCOPY ["berth/a\\\\*b","/b"]\n',
      inputs: { 'server.js': '1' },
      sourceFolder: 'app',
      extraFiles: { 'berth/a*b': 'x', 'berth/acb': 'y' },
    };
    const source = stepCauses({ ...one, inputs: { 'server.js': '2' } }, one);
    expect(source('[2/3] COPY --chown=1000:1000 [app/,/app/]')).toBe('server.js changed');
    const extra = (file: string) =>
      stepCauses({ ...one, extraFiles: { ...one.extraFiles, [file]: 'new' } }, one);
    expect(extra('berth/a*b')('[3/3] COPY [berth/a\\*b,/b]')).toBe('berth/a*b changed');
    expect(extra('berth/acb')('[3/3] COPY [berth/a\\*b,/b]')).toBeNull();
  });

  it('finds a step by its number where Berth’s own steps come before it', () => {
    const built = dockerfile.replace('AS deps\n', 'AS deps\nCOPY ["berth-mirrors/0","/x"]\nARG A="b"\n');
    const cause = stepCauses({ ...side, inputs: { ...inputs, 'package.json': 'new' } }, side, built);
    expect(cause('[deps 3/5] WORKDIR /app')).toBeNull();
    expect(cause('[deps 5/5] RUN npm ci')).toBe('package.json changed');
  });

  it('says so when the files of one build are not known', () => {
    const cause = stepCauses(side, { ...side, inputs: undefined } as never);
    expect(cause(steps.install)).toBe('files of the source may have changed');
  });
});
