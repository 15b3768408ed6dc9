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
});
