import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP, planOf } from '../plan-of.js';
import { parseDockerfile } from './parse.js';
import { finalInstructions, stagesOf } from './stages.js';

const plan = (dockerfile: string, more: Record<string, string> = {}) =>
  planOf({ Dockerfile: dockerfile, ...more });

describe('Dockerfile plan', () => {
  it('builds the file as it is', async () => {
    const text =
      '# note\nFROM node:22 AS build\n  RUN  a\nFROM debian\nCOPY --from=build /x /y\nEXPOSE 3000/tcp 9\nUSER app\nCMD ["x"]\n';
    const result = await plan(text);
    expect(result.dockerfile).toBe(text);
    expect(result.port).toBe(3000);
    expect(result.processes).toEqual({ web: [] });
    expect(result.finalStage).toEqual([
      { instruction: 'COPY /x /y', part: 'dependencies' },
      { instruction: 'EXPOSE 3000/tcp 9', part: 'other' },
      { instruction: 'USER app', part: 'other' },
      { instruction: 'CMD ["x"]', part: 'other' },
    ]);
  });

  it('warns of here-documents, which Engines of some age take for instructions', async () => {
    const { warnings } = await plan('FROM x\nRUN a\nRUN <<EOF\necho\nEOF\nCMD ["x"]\n');
    expect(warnings.join()).toMatch(/^Dockerfile, line 3 begins a here-document/);
    expect((await plan('FROM x\nRUN cat <<< EOF\nCMD ["x"]\n')).warnings).toEqual([]);
  });

  it('honours web of Procfile', async () => {
    expect((await plan('FROM x\nCMD y', { Procfile: 'web: ./run --now' })).processes.web).toEqual([
      './run',
      '--now',
    ]);
  });

  it.each([
    ['curl -f http://localhost:3000/health || exit 1', '/health'],
    ['["wget", "-q", "--spider", "http://127.0.0.1:3000"]', '/'],
    ['curl --fail "http://localhost:${PORT:-3000}/live?full=1"', '/live?full=1'],
    ['curl -f http://localhost:9090/metrics', null],
    ['curl -fk https://localhost:3000/', null],
    ['curl -f http://db.internal/', null],
    ['pg_isready', null],
  ])('asks what HEALTHCHECK asks, or says that it is not run: %s', async (command, path) => {
    const text = `FROM x\nEXPOSE 3000\nHEALTHCHECK --interval=5s CMD ${command}\nCMD y`;
    const { healthPath, choices, warnings } = await plan(text);
    expect(healthPath).toBe(path);
    expect(choices.some(({ what }) => what === 'Health check')).toBe(path !== null);
    expect(warnings.some((warning) => warning.includes('HEALTHCHECK'))).toBe(path === null);
    const own = await plan(text, { 'berth.toml': '[health]\npath = "/own"\n' });
    expect([own.healthPath, own.warnings]).toEqual(['/own', []]);
  });

  it.each([
    ['# syntax=evil/frontend:1\nFROM x', 'dockerfile_frontend', 1],
    ['// syntax = evil/frontend\nFROM x', 'dockerfile_invalid', 1],
    ['#!/usr/bin/env x\n# escape=`\n#syntax=evil.io/f@sha256:00\nFROM x', 'dockerfile_frontend', 3],
    ['# syntax=docker/dockerfile-upstream:master\nFROM x', 'dockerfile_frontend', 1],
    ['FROM 127.0.0.1:5000/apps/other', 'dockerfile_base', 1],
    ['FROM localhost/apps/other', 'dockerfile_base', 1],
    ['ARG H=127.1\nFROM ${H}:5000/apps/x', 'dockerfile_base', 2],
    ['ARG H\nFROM $H', 'dockerfile_base', 2],
    // What every object of JavaScript has is no build argument.
    ['ARG valueOf=127.0.0.1:5000/apps/x\nFROM $valueOf', 'dockerfile_base', 2],
    ['ARG constructor=localhost\nFROM ${constructor}/apps/x', 'dockerfile_base', 2],
    ['FROM ${toString}', 'dockerfile_base', 1],
    ['ARG V\nFROM node:${V}', 'dockerfile_base', 2],
    ['ARG V=1\nLABEL a=b\nFROM x', 'dockerfile_invalid', 2],
    ['FROM x\nCOPY --from=127.0.0.1:5000/apps/other /a /b', 'dockerfile_base', 2],
    ['FROM x\nARG Y=127.0.0.1\nCOPY --from=$Y/z /a /b', 'dockerfile_base', 3],
    ['FROM x\nRUN --mount=type=bind,from=localhost:1/a,target=/m true', 'dockerfile_base', 2],
    ['FROM x\nRUN --network=host id', 'dockerfile_privilege', 2],
    ['FROM x\nRUN --security=insecure id', 'dockerfile_privilege', 2],
    ['FROM x\nADD http://127.0.0.1:15000/v2/ /x', 'dockerfile_add', 2],
    ['FROM x\nADD ["git@github.com:a/b", "/x"]', 'dockerfile_add', 2],
    ['FROM x\nADD $U /x', 'dockerfile_add', 2],
    ['FROM x\nADD h"ttp"://127.0.0.1/ /x', 'dockerfile_add', 2],
    ['FROM x\nADD me@localhost:a/b /x', 'dockerfile_add', 2],
    ['# syntax=evil/frontend \u2028x\nFROM x', 'dockerfile_frontend', 1],
    ['# syntax=evil/frontend \rx\nFROM x', 'dockerfile_frontend', 1],
    ['FROM "127.0.0.1":5000/apps/x', 'dockerfile_base', 1],
    ['ARG H="l"ocalhost\nFROM $H/apps/x', 'dockerfile_arg', 1],
    ["ARG A=b\nARG H='$A'\nFROM $H/apps/x", 'dockerfile_arg', 2],
    ['FROM x AS localhost/y\nFROM localhost/y', 'dockerfile_base', 2],
    ['FROM x\nRUN cat <<E\nRUN --mount=type=cache,target=/c ls\nE\n', 'dockerfile_mount', 3],
    ['FROM x\nONBUILD RUN id', 'dockerfile_onbuild', 2],
    ['FROM x\nRUN --mount=type=secret,id=a cat /run/secrets/a', 'dockerfile_mount', 2],
    ['FROM x\nRUN --mount=type=$T,target=/c true', 'dockerfile_mount', 2],
    // Read in another way than written: joined lines, escapes and quotes in flags, here-documents that are none.
    ['FROM x\nADD ht\\\ntp:/\\\n/127.0.0.1:15000/v2/ /x', 'dockerfile_add', 2],
    ['FROM local\\\nhost:15000/apps/x', 'dockerfile_base', 1],
    ['FROM x\nRUN true \\\f\nADD http://127.0.0.1/ /x', 'dockerfile_line', 2],
    ['FROM x\nRUN true \\\\', 'dockerfile_line', 2],
    ['# escape=`\nFROM x\nRUN true \\\nADD http://127.0.0.1/ /x', 'dockerfile_line', 3],
    ['FROM x\nRUN cat <<CMD\nADD http://127.0.0.1/ /x\nCMD', 'dockerfile_add', 3],
    ['FROM x\nRUN cat <<1\nRUN cat <<E\n1\nADD http://127.0.0.1/ /x\nRUN <<E\nE', 'dockerfile_add', 5],
    ['FROM x\nRUN cat <<"E\\" /x\na\nE\\\nADD http://127.0.0.1/ /x', 'dockerfile_heredoc', 2],
    ['FROM x\nRUN cat <<"#"\na\\\n#\nADD http://127.0.0.1/ /x', 'dockerfile_heredoc', 2],
    ['FROM x\nRUN --mount=type=ca\\che,id=theirs,target=/c true', 'dockerfile_flag', 2],
    ["FROM x\nRUN --mount='type=cache,id=theirs,target=/c' true", 'dockerfile_flag', 2],
    ["FROM x\nRUN --m'oun't=type=cache,id=theirs,target=/c true", 'dockerfile_flag', 2],
    ['FROM x\nRUN --mount type=cache,id=theirs,target=/c true', 'dockerfile_flag', 2],
    ['FROM x\nRUN --net\\work=host id', 'dockerfile_flag', 2],
    // BuildKit takes the second byte of "à" for a space, where another flag begins, and a byte order mark for none.
    ['FROM x\nRUN --mount=target=/à--mount=type=cache,id=theirs,target=/c true', 'dockerfile_flag', 2],
    ['FROM x\nRUN --mount=target=/c\ufeff--network=none,type=cache,id=theirs true', 'dockerfile_flag', 2],
    ['FROM --platform=linux/à127.0.0.1:5000/apps/x AS y', 'dockerfile_flag', 1],
    ['', 'dockerfile_invalid', 1],
    ['FROM x\n{"a": 1}', 'dockerfile_invalid', 2],
  ])('refuses %j and names the line', async (text, code, line) => {
    await expect(plan(text)).rejects.toMatchObject({ code, details: { line } });
  });

  it('names each image in FROM as it was checked, whatever an Engine makes of variables', async () => {
    const { dockerfile } = await plan(
      'ARG NODE=22\nARG EMPTY=\nFROM --platform=$BUILDPLATFORM node:${NODE} AS build-amd64\n' +
        'FROM ${EMPTY+127.0.0.1:5000/apps/x/}alpine AS build-arm64\nFROM build-${TARGETARCH} AS last\n',
    );
    const own = process.arch === 'arm64' ? 'arm64' : 'amd64';
    expect(dockerfile.split('\n').slice(2)).toEqual([
      'FROM --platform=$BUILDPLATFORM node:22 AS build-amd64',
      'FROM alpine AS build-arm64',
      `FROM build-${own} AS last`,
      '',
    ]);
  });

  it('takes what scripts in here-documents say for no instructions', async () => {
    const text = 'FROM x\nRUN <<EOF\nnpm --prefix=é ci\ncurl --fail --é http://x\nEOF\nCMD ["x"]\n';
    expect((await plan(text)).dockerfile).toBe(text);
  });

  it('uses the Engine’s own syntax where the author names Docker’s, and keeps the escape character', async () => {
    const result = await plan('# syntax=docker/dockerfile:1\n# escape=`\nFROM x\nRUN a `\n  b\n');
    expect(parseDockerfile(result.dockerfile)).toMatchObject({ syntax: null, escape: '`' });
    expect(result.dockerfile.split('\n').slice(2).join('\n')).toContain('FROM x\n\nRUN a   b\n');
    expect(result.warnings.join()).toContain('syntax');
  });

  it('gives each cache mount an id of the app, whatever its own', async () => {
    const result = await plan(
      'FROM x\nRUN --mount=type=cache,target=/root/.npm \\\n    --mount=target=/c,id=shared,type=CACHE --mount=type=cache,target=/root npm ci\n',
    );
    expect(result.dockerfile).toBe(
      `FROM x\n\nRUN --mount=type=cache,target=/root/.npm,id=berth-${APP}-/root/.npm ` +
        `--mount=target=/c,type=CACHE,id=berth-${APP}-shared --mount=type=cache,target=/root,id=berth-${APP}-/root npm ci\n`,
    );
  });

  it('has each instruction on one line, its last, joined as BuildKit does, and here-documents as they are', async () => {
    const text = '# escape=`\nFROM x\nRUN a `\n  # note `\n\n  b `  \n<<EOF\nc `\nd\nEOF\nCMD a`\nb\n';
    const { dockerfile } = await plan(text);
    expect(dockerfile).toBe('# escape=`\nFROM x\n\n\n\n\nRUN a   b <<EOF\nc `\nd\nEOF\n\nCMD ab\n');
  });

  it('warns of root', async () => {
    expect((await plan('FROM x\nUSER 0\nCMD y')).warnings.join()).toContain('root');
  });

  it('does not take the lines of a here-document for instructions', () => {
    const { instructions } = parseDockerfile(
      "FROM x\nRUN <<EOF\nADD http://x /y\nEOF\nCOPY <<-'A' <<B /z\n\tUSER root\n\tA\nb\nB\nUSER me\n",
    );
    expect(instructions.map(({ keyword, line }) => [keyword, line])).toEqual([
      ['FROM', 1],
      ['RUN', 2],
      ['COPY', 5],
      ['USER', 10],
    ]);
  });

  // Each of them once looked through the rest of the file, which took minutes.
  it('reads a file that begins a hundred thousand here-documents and ends none of them', () => {
    const { instructions } = parseDockerfile(`FROM x\n${'RUN <<E\n'.repeat(100_000)}`);
    expect(instructions).toHaveLength(100_001);
  });

  it('follows the last stage down to its image', () => {
    const stages = stagesOf(parseDockerfile('FROM a AS x\nRUN 1\nFROM b AS y\nRUN 2\nFROM x\nRUN 3\n'));
    const { base, instructions } = finalInstructions(stages);
    expect(base).toBe('a');
    expect(instructions.map(({ rest }) => rest)).toEqual(['1', '3']);
  });

  it('plans or refuses with a code, for any text', async () => {
    const piece = fc.constantFrom(
      'FROM x',
      'RUN a',
      '\\',
      '\n',
      ' ',
      '#',
      'COPY --from=',
      '<<EOF',
      'EOF',
      '--mount=type=cache',
      '"',
      '$',
      'AS',
      'ARG A=',
      'é',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string()), { maxLength: 20 }), async (pieces) => {
        const result = await plan(pieces.join('').replaceAll('\0', '')).catch((error: unknown) => error);
        expect(result).toHaveProperty(result instanceof Error ? 'code' : 'language');
      }),
    );
  });
});
