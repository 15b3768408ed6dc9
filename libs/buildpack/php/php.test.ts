import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';

const composer = (value: object) => JSON.stringify(value);

describe('PHP plan', () => {
  it.each([
    ['the root', { 'index.php': '' }, '/app'],
    ['Laravel’s folder', { 'index.php': '', 'public/index.php': '' }, '/app/public'],
    [
      'the folder of a Procfile',
      { 'public/index.php': '', 'site/index.php': '', Procfile: 'web: heroku-php-apache2 site/' },
      '/app/site',
    ],
    [
      'the folder of berth.toml',
      { 'public/index.php': '', 'berth.toml': '[build]\npublish = "docs/web"\nlanguage = "php"\n' },
      '/app/docs/web',
    ],
  ])('serves %s with Apache, without a command of a build', async (_, files, root) => {
    const plan = await planOf(files as unknown as Record<string, string>);
    expect(plan.extraFiles['apache.conf']).toContain(`DocumentRoot "${root}"`);
    expect(plan.processes.web).toEqual(['apache2', '-DFOREGROUND', '-f', '/home/app/apache.conf']);
    expect(plan.dockerfile).not.toContain('RUN');
    expect(plan.stacks).toEqual(['php']);
  });

  it('leaves rules to the app’s own .htaccess, and has index.php answer where there is none', async () => {
    const conf = async (files: Record<string, string>) => (await planOf(files)).extraFiles['apache.conf'];
    expect(await conf({ 'index.php': '' })).toContain('FallbackResource /index.php');
    expect(await conf({ 'index.php': '', '.htaccess': '' })).not.toContain('FallbackResource');
  });

  it.each([
    ['^8.2', 'php'],
    ['>=8.1', 'php'],
    ['~8.1', 'php'],
    ['7.4 - 8.3', 'php-8.2'],
    ['>= 7.4 <8.4', 'php-8.2'],
    ['~8.2.0|~8.3.0', 'php-8.2'],
    ['8.2.*', 'php-8.2'],
    ['>=8.0 || ^7.4', 'php'],
  ])('is built on the PHP that %s asks for', async (php, stack) => {
    const files = { 'composer.json': composer({ require: { php } }), 'index.php': '' };
    const plan = await planOf(files);
    expect(plan.stacks).toEqual([stack]);
    expect(plan.extraFiles['apache.conf']).toContain(`/libphp${stack === 'php' ? '8.4' : '8.2'}.so`);
  });

  it('installs packages by the manifests alone', async () => {
    const plan = await planOf({
      'composer.json': composer({
        require: { php: '^8.2', 'slim/slim': '4', 'ext-PDO': '*' },
        autoload: { 'psr-4': { 'App\\': 'src/' } },
      }),
      'composer.lock': '{}',
      'public/index.php': '',
    });
    expect(stage(plan.dockerfile, 0)).toContain(
      'COPY --chown=1000:1000 ["app/composer.json","app/composer.lock","./"]',
    );
    expect(stage(plan.dockerfile, 0).at(-2)).toBe(
      `RUN --mount=type=cache,id=berth-${APP}-composer,target=/home/app/.cache/composer,uid=1000,gid=1000 ` +
        '["composer","install","--no-dev","--no-scripts","--no-progress","--optimize-autoloader"]',
    );
    expect(stage(plan.dockerfile, -1).filter((line) => line.startsWith('COPY'))).toEqual([
      'COPY --chown=1000:1000 ["apache.conf","/home/app/apache.conf"]',
      'COPY --from=dependencies --chown=1000:1000 ["/app/vendor/","./vendor/"]',
      'COPY --chown=1000:1000 ["app/","./"]',
    ]);
    expect(plan.warnings).toEqual([]);
  });

  it('has the source there first where Composer looks into it, and takes a vendor folder as it is', async () => {
    const json = composer({ require: { 'a/b': '1' }, autoload: { files: ['src/helpers.php'] } });
    const plan = await planOf({ 'composer.json': json, 'index.php': '' });
    expect(stage(plan.dockerfile, 0)).toContain('COPY --chown=1000:1000 ["app/","./"]');
    expect(plan.warnings.join()).toMatch(/no composer.lock.*installed anew for each change/);
    const vendored = await planOf({ 'composer.json': json, 'index.php': '', 'vendor/autoload.php': '' });
    expect(vendored.dockerfile).not.toContain('RUN');
    expect(vendored.ignore).not.toContain('vendor');
  });

  it.each([
    [
      'an extension that it does not have',
      { 'composer.json': composer({ require: { 'ext-swoole': '*' } }), 'index.php': '' },
      'php_extension',
      /requires ext-swoole/,
    ],
    [
      'a version that it does not have',
      { 'composer.json': composer({ require: { php: '^7.4' } }), 'index.php': '' },
      'php_version',
      /^"php" in composer\.json asks for PHP \^7\.4, and Berth has PHP 8\.4 and 8\.2 alone\. Allow one of these/,
    ],
    [
      'no page',
      { 'composer.json': composer({ require: [] }), 'lib.php': '' },
      'no_start_command',
      /looked for index.php in public/,
    ],
    [
      'broken JSON',
      { 'composer.json': '{\n"require": x}', 'index.php': '' },
      'json_invalid',
      /composer.json, line 2/,
    ],
  ])('refuses %s', async (_, files, code, message) => {
    await expect(planOf(files as unknown as Record<string, string>)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('lets another server be started', async () => {
    const plan = await planOf({ 'composer.json': '{}', 'server.php': '', Procfile: 'web: php server.php' });
    expect(plan.processes.web).toEqual(['php', 'server.php']);
  });
});
