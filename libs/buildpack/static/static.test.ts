import { describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.js';

describe('static plan', () => {
  it.each([
    [{ 'index.html': '', 'public/index.html': '' }, 'index.html', '["app/","./"]'],
    [{ 'public/index.html': '', 'x.txt': '' }, 'public/index.html', '["app/public/","./"]'],
    [{ 'dist/index.html': '' }, 'dist/index.html', '["app/dist/","./"]'],
  ])('serves the first folder with an index.html: %j', async (files, by, source) => {
    const plan = await planOf(files as unknown as Record<string, string>);
    expect(plan.detectedBy).toBe(by);
    expect(plan.dockerfile).toContain(`COPY --chown=1000:1000 ${source}\n`);
    expect(plan.dockerfile).not.toContain('RUN');
  });

  it('never serves its own server file: that lies beside the site', async () => {
    const plan = await planOf({ 'index.html': '' });
    expect(Object.keys(plan.extraFiles)).toEqual(['Caddyfile']);
    expect(plan.sourceFolder).toBe('app');
  });

  it('leaves out what is about the site', async () => {
    expect((await planOf({ 'index.html': '', 'berth.toml': '' })).ignore).toEqual([
      'node_modules',
      'berth.toml',
      'Procfile',
    ]);
  });

  it('serves the folder, and answers unknown paths, as berth.toml says', async () => {
    const plan = await planOf({
      'web/index.html': '',
      'index.html': '',
      'berth.toml': '[build]\npublish = "web"\n[static]\nsingle_page = true',
    });
    expect(plan.dockerfile).toContain('["app/web/","./"]');
    expect(plan.extraFiles['Caddyfile']).toContain('rewrite * /index.html');
    await expect(planOf({ 'index.html': '', 'berth.toml': '[build]\npublish = "wbe"' })).rejects.toThrow(
      'berth.toml names "wbe" as publish under [build], and the source has no files there.',
    );
  });

  it('follows _redirects and _headers of the served folder; those of a build lie where it takes them from', async () => {
    const rules = { _redirects: '/old /new 302', _headers: '/*\n  X-Frame-Options: DENY' };
    const plain = await planOf({ 'index.html': '', ...rules });
    const built = await planOf({
      'package.json': '{"scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
      'public/_redirects': rules._redirects,
      'public/_headers': rules._headers,
    });
    for (const { extraFiles, choices } of [plain, built]) {
      expect(extraFiles['Caddyfile']).toMatch(/redir \* `\/new\{\?query\}` 302/);
      expect(extraFiles['Caddyfile']).toContain('`X-Frame-Options` `DENY`');
      expect(choices.map(({ what }) => what)).toEqual(expect.arrayContaining(['Redirects', 'Headers']));
    }
    await expect(planOf({ 'index.html': '', _redirects: 'x y' })).rejects.toThrow(
      '_redirects, line 1: "x" is not a path',
    );
  });
});
