import { describe, expect, it } from 'vitest';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { registriesOf } from './mirror-settings.js';
import { withMirrors } from './with-mirrors.js';

const plan = (dockerfile: string[], more: Partial<BuildPlan> = {}) =>
  ({ dockerfile: dockerfile.join('\n'), sourceFolder: 'app', extraFiles: {}, ...more }) as BuildPlan;

describe('a plan with a mirror', () => {
  it('sends the commands of each stage that has some there, and leaves the other stages as they are', () => {
    const { dockerfile } = withMirrors(
      plan(['FROM base AS build', 'RUN ["npm","ci"]', 'FROM build AS output', 'FROM base', 'COPY a b']),
      new Map([['go', 'https://mirror.test/go/']]),
    );
    expect(dockerfile.split('\n')).toEqual([
      'FROM base AS build',
      'ARG GOPROXY="https://mirror.test/go,direct"',
      'RUN ["npm","ci"]',
      'FROM build AS output',
      'FROM base',
      'COPY a b',
    ]);
  });

  it('stays the same, and with it its cache, where every registry is the host’s own', () => {
    const own = plan(['FROM base', 'RUN ["npm","ci"]']);
    expect(withMirrors(own, new Map())).toBe(own);
  });

  it('brings cargo and Maven their settings as files beside the source', () => {
    const made = withMirrors(
      plan(['FROM base', 'RUN ["cargo","build"]']),
      new Map([
        ['crates', 'https://mirror.test/index'],
        ['maven', 'http://mirror.test/m2?a&b'],
      ]),
    );
    expect(made.dockerfile.split('\n')).toEqual([
      'FROM base',
      'COPY --chown=1000:1000 ["berth-mirrors/0","/.cargo/config.toml"]',
      'COPY --chown=1000:1000 ["berth-mirrors/1","/usr/local/share/berth/maven-settings.xml"]',
      'ARG MAVEN_ARGS="-s /usr/local/share/berth/maven-settings.xml"',
      'ARG BERTH_MAVEN_MIRROR="http://mirror.test/m2?a&b/"',
      'ARG MVNW_REPOURL="http://mirror.test/m2?a&b"',
      'RUN ["cargo","build"]',
    ]);
    expect(made.extraFiles['berth-mirrors/0']).toContain('registry = "sparse+https://mirror.test/index/"');
    expect(made.extraFiles['berth-mirrors/1']).toContain('<url>http://mirror.test/m2?a&#38;b/</url>');
  });

  it('puts no file into the context of a Dockerfile of the app’s own', () => {
    const own = plan(['FROM base', 'COPY . .', 'RUN cargo build'], { sourceFolder: '' });
    expect(withMirrors(own, new Map([['crates', 'https://mirror.test/']]))).toBe(own);
  });

  it('finds the stages of a Dockerfile with comments, continued lines and here-documents', () => {
    const { dockerfile } = withMirrors(
      plan(['# FROM no', 'FROM \\', '  base AS x', 'RUN <<EOT', 'FROM inside', 'EOT', 'FROM x', 'RUN b'], {
        sourceFolder: '',
      }),
      new Map([['go', 'https://m.test']]),
    );
    expect(dockerfile.split('\n').filter((line) => line.startsWith('ARG'))).toHaveLength(2);
    expect(dockerfile.split('\n')[3]).toBe('ARG GOPROXY="https://m.test,direct"');
  });
});

it('a static site asks no registry', () => expect(registriesOf('static')).toEqual([]));
