import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';
import { allows, RUBIES } from './gemfile.js';

const rack = { Gemfile: 'source "https://x"\ngem "puma"\ngem "rack"\n', 'config.ru': 'run Page\n' };

describe('Ruby plan', () => {
  it('installs gems by the manifests alone, locally where they are there, and copies them as a layer of their own', async () => {
    const plan = await planOf({ ...rack, 'Gemfile.lock': 'GEM\n  specs:\n    puma (6.6.0)\n' });
    const dependencies = stage(plan.dockerfile, 0);
    expect(dependencies).toContain('COPY --chown=1000:1000 ["app/Gemfile","app/Gemfile.lock","./"]');
    expect(dependencies).toContain('ENV BUNDLE_FROZEN="true"');
    expect(dependencies.at(-1)).toBe(
      `RUN --mount=type=cache,id=berth-${APP}-gems,target=/home/app/.bundle/cache,uid=1000,gid=1000 ` +
        '["/bin/sh","-c","bundle install --local --quiet 2>/dev/null || exec bundle install"]',
    );
    expect(stage(plan.dockerfile, -1).filter((line) => /^COPY|^CMD/.test(line))).toEqual([
      'COPY --from=dependencies --chown=1000:1000 ["/home/app/gems/","/home/app/gems/"]',
      'COPY --chown=1000:1000 ["app/","./"]',
      'CMD ["/bin/sh","-c","exec bundle exec puma --bind tcp://0.0.0.0:$PORT"]',
    ]);
    expect(plan).toMatchObject({ stacks: ['ruby-build', 'ruby'], warnings: [] });
  });

  it('takes vendored gems, and what Bundler chose where there is no lockfile', async () => {
    const plan = await planOf({ ...rack, 'vendor/cache/rack-3.1.20.gem': '' });
    expect(stage(plan.dockerfile, 0)).toContain(
      'COPY --chown=1000:1000 ["app/vendor/cache/","./vendor/cache/"]',
    );
    expect(plan.dockerfile).toContain(
      'COPY --from=dependencies --chown=1000:1000 ["/app/Gemfile.lock","./"]',
    );
    expect(plan.dockerfile).not.toContain('BUNDLE_FROZEN');
    expect(plan.warnings.join()).toMatch(/no Gemfile.lock/);
  });

  it('has the whole source there first where Gemfile reads it', async () => {
    const plan = await planOf({ ...rack, Gemfile: 'gem "rack"\ngem "own", path: "lib/own"\n' });
    expect(stage(plan.dockerfile, 0)).toContain('COPY --chown=1000:1000 ["app/","./"]');
    expect(plan.warnings.join()).toMatch(
      /installed anew for each change of the source, because Gemfile has "path:"/,
    );
  });

  it('needs no build at all without a Gemfile', async () => {
    const plan = await planOf({ 'config.ru': 'run Page' });
    expect(plan).toMatchObject({ stacks: ['ruby'] });
    expect(plan.dockerfile).not.toContain('RUN');
  });

  it.each([
    [
      'Rails',
      { 'config/application.rb': '', Gemfile: 'gem "rails"' },
      'bundle exec rails server --binding 0.0.0.0 --port $PORT',
    ],
    ['unicorn', { Gemfile: 'gem "unicorn"' }, 'bundle exec unicorn --port $PORT'],
    ['rackup', { Gemfile: "gem 'rack'" }, 'bundle exec rackup --host 0.0.0.0 --port $PORT'],
    [
      'a server that the lockfile alone names',
      { Gemfile: 'gemspec', 'Gemfile.lock': '    puma (6.6.0)\n' },
      'bundle exec puma --bind tcp://0.0.0.0:$PORT',
    ],
  ])('starts %s', async (_, files, command) => {
    const plan = await planOf({ 'config.ru': '', ...files } as Record<string, string>);
    expect(plan.processes.web).toEqual(['/bin/sh', '-c', `exec ${command}`]);
  });

  it('starts a program by its name, and what a Procfile says before all else', async () => {
    const sinatra = { Gemfile: 'gem "sinatra"', 'app.rb': '' };
    expect((await planOf(sinatra)).processes.web?.at(-1)).toBe(
      'exec bundle exec ruby app.rb -o 0.0.0.0 -p $PORT',
    );
    expect((await planOf({ ...sinatra, Procfile: 'web: ruby x.rb' })).processes.web).toEqual([
      'ruby',
      'x.rb',
    ]);
  });

  it('precompiles the assets of Rails, with a stand-in for its secret, and says which secret it wants', async () => {
    const plan = await planOf({
      Gemfile: 'gem "rails"\ngem "propshaft"',
      'Gemfile.lock': '',
      'config/application.rb': '',
    });
    expect(plan.title).toBe('Ruby on Rails');
    expect(plan.dockerfile).toContain(
      '["env","SECRET_KEY_BASE_DUMMY=1","bundle","exec","rails","assets:precompile"]',
    );
    expect(plan.dockerfile).toContain('COPY --from=build --chown=1000:1000 ["/app/","./"]');
    expect(plan.warnings.join()).toMatch(/SECRET_KEY_BASE/);
  });

  it.each([
    [
      'another Ruby',
      { Gemfile: 'ruby "3.1.3"\ngem "rack"', 'config.ru': '' },
      'ruby_version',
      /^Gemfile asks for Ruby 3\.1\.3, and Berth has Ruby 3\.3\.8 and 3\.1\.2 alone\. Write ruby "~> 3\.3" there/,
    ],
    [
      'another Ruby in berth.toml',
      { Gemfile: '', 'config.ru': '', 'berth.toml': '[build.versions]\nruby = "2.7"\n' },
      'ruby_version',
      /^berth.toml asks for Ruby 2\.7/,
    ],
    [
      'another Ruby in a file',
      { Gemfile: 'ruby file: ".ruby-version"', '.ruby-version': 'ruby-2.7.8\n', 'config.ru': '' },
      'ruby_version',
      /2\.7\.8/,
    ],
    [
      'nothing to start',
      { Gemfile: 'gem "rack"', 'lib/a.rb': '' },
      'no_start_command',
      /There is a Gemfile and nothing to start.*web: bundle exec ruby/,
    ],
  ])('refuses %s with what to do', async (_, files, code, message) => {
    await expect(planOf(files as unknown as Record<string, string>)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['ruby "~> 3.1.0"', {}, '3.1'],
    ['ruby "< 3.3"', {}, '3.1'],
    ['', { '.ruby-version': 'ruby-3.1.6\n' }, '3.1'],
    ['', { 'berth.toml': '[build.versions]\nruby = "3.1"\n', '.ruby-version': '3.3.1' }, '3.1'],
    ['', { '.ruby-version': '3\n' }, '3.3'],
    ['', {}, '3.3'],
  ])('builds on the Ruby that %s %o asks for', async (line, files, version) => {
    const plan = await planOf({ Gemfile: `${line}\ngem "rack"`, 'config.ru': '', ...files } as Record<
      string,
      string
    >);
    const run = version === RUBIES[0] ? 'ruby' : `ruby-${version}`;
    expect(plan).toMatchObject({ stacks: [`${run}-build`, run] });
    expect(plan.choices[0]?.value).toContain(version);
    expect(plan.warnings.join()).not.toContain('asks for');
  });

  it('warns where a version is a hint that it cannot follow', async () => {
    const plan = await planOf({ Gemfile: '', 'config.ru': '', '.ruby-version': '3.4.1\n' });
    expect(plan.stacks).toEqual(['ruby-build', 'ruby']);
    expect(plan.warnings.join()).toMatch(
      /^\.ruby-version asks for Ruby 3\.4\.1; the app is built with Ruby 3\.3\.8/,
    );
  });

  it.each([
    ['3.3.8', true],
    ['~> 3.3', true],
    ['~> 3.2', true],
    ['~> 3.3.0', true],
    ['>= 3.2', true],
    ['< 4.0', true],
    ['3.3.5', false],
    ['~> 3.2.1', false],
    ['~> 3.4', false],
    ['>= 3.4', false],
    ['< 3.3', false],
    ['engine', true],
  ])('compares %s as gems do', (condition, answer) => expect(allows(condition, '3.3.8')).toBe(answer));
});
