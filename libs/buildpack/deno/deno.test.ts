import { describe, expect, it } from 'vitest';
import { planOf, stage } from '../plan-of.js';

const json = (value: object) => JSON.stringify(value);

describe('Deno plan', () => {
  it('downloads what the manifests name before the source is there, and copies that as a layer of its own', async () => {
    const plan = await planOf({ 'deno.json': '{}', 'deno.lock': '{}', 'main.ts': 'Deno.serve(page);' });
    const build = stage(plan.dockerfile, 0);
    expect(build.indexOf('COPY --chown=1000:1000 ["app/deno.json","app/deno.lock","./"]')).toBeLessThan(
      build.findIndex((line) => line.includes('"deno","install"')),
    );
    expect(build.at(-1)).toBe('RUN ["deno","cache","--allow-import","--node-modules-dir=none","main.ts"]');
    expect(stage(plan.dockerfile, -1).filter((line) => line.startsWith('COPY'))).toEqual([
      'COPY --from=build --chown=1000:1000 ["/home/app/deno/","/home/app/deno/"]',
      'COPY --chown=1000:1000 ["app/","./"]',
    ]);
    expect(plan).toMatchObject({ stacks: ['deno'], warnings: [] });
  });

  it.each([
    ['a program', { 'main.ts': 'Deno.serve(page);' }, 'deno run --allow-all main.ts'],
    [
      'one that exports its handler',
      { 'server.ts': 'export default { fetch };' },
      'deno serve --allow-all server.ts',
    ],
    [
      'its task',
      { 'deno.json': json({ tasks: { start: 'deno run -A x.ts' } }), 'x.ts': '' },
      'deno task start',
    ],
    [
      'its task, described',
      { 'deno.json': json({ tasks: { start: { command: 'deno run -A x.ts' } } }) },
      'deno task start',
    ],
    [
      'a program beside a manifest with comments',
      { 'deno.json': '{ // x\n}', 'app.ts': '' },
      'deno run --allow-all app.ts',
    ],
  ])('starts %s, listening on $PORT', async (_, files, command) => {
    const plan = await planOf({ 'deno.json': '{}', ...files } as Record<string, string>);
    expect(plan.processes.web).toEqual([
      '/bin/sh',
      '-c',
      `DENO_SERVE_ADDRESS=tcp:0.0.0.0:$PORT exec ${command}`,
    ]);
  });

  it('takes modules that are committed', async () => {
    const files = { 'deno.json': json({ vendor: true }), 'vendor/deno.land/x/a.ts': '', 'main.ts': '' };
    const { dockerfile, ignore } = await planOf(files);
    const build = stage(dockerfile, 0);
    const vendor = build.indexOf('COPY --chown=1000:1000 ["app/vendor/","./vendor/"]');
    expect(build[vendor + 1]).toBe('RUN ["deno","install","--node-modules-dir=none"]');
    expect(stage(dockerfile, -1)).toContain('COPY --from=build --chown=1000:1000 ["/app/","./"]');
    expect(ignore).not.toContain('vendor');
  });

  it('leaves a Node app alone that has a deno.json for its editor', async () => {
    const node = { 'package.json': json({ scripts: { start: 'node main.js' } }), 'main.js': '' };
    expect((await planOf({ ...node, 'deno.json': '{}' })).language).toBe('node');
    const task = { 'deno.json': json({ tasks: { start: 'deno run -A main.ts' } }), 'main.ts': '' };
    expect((await planOf({ ...node, ...task })).language).toBe('deno');
  });

  it('says what to write where nothing is started', async () => {
    await expect(planOf({ 'deno.jsonc': '{}', 'lib.ts': '' })).rejects.toMatchObject({
      code: 'no_start_command',
      message: expect.stringMatching(/^deno\.jsonc has no task "start".*"tasks": \{ "start"/),
    });
  });
});
