import { describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.js';
import { REQUIREMENTS } from './install.js';
import { unlockedRequirements } from './unlocked.js';

describe('a project of Poetry or Pipenv without a lockfile', () => {
  it.each([
    ['*', ''],
    ['^1.2.3', '>=1.2.3,<2'],
    ['^0.2.3', '>=0.2.3,<0.3'],
    ['^0.0.3', '>=0.0.3,<0.0.4'],
    ['^0.0', '>=0.0,<0.1'],
    ['^1', '>=1,<2'],
    ['^2.0b1', '>=2.0b1,<3'],
    ['~1.2.3', '>=1.2.3,<1.3'],
    ['~1', '>=1,<2'],
    ['1.2.*', '==1.2.*'],
    ['1.2', '==1.2'],
    ['= 1.2', '==1.2'],
    ['>=1.2, <2, !=1.5', '>=1.2,<2,!=1.5'],
    ['~=1.4', '~=1.4'],
  ])('asks uv for %s as "%s"', (version, range) =>
    expect(unlockedRequirements({ python: '^3.11', flask: version })).toBe(`flask${range}\n`),
  );

  it('has its extras and conditions, and not what is optional', () =>
    expect(
      unlockedRequirements({
        uvicorn: { version: '^0.30', extras: ['standard'], markers: "sys_platform == 'linux'" },
        sentry: { version: '*', optional: true },
      }),
    ).toBe("uvicorn[standard]>=0.30,<0.31 ; sys_platform == 'linux'\n"));

  it.each([
    [{ own: { git: 'https://example.org/own.git' } }],
    [{ own: { path: '../own' } }],
    [{ flask: '^1 || ^2' }],
    [{ flask: '^1.*' }],
    [{ flask: '1 --index-url=x' }],
    [{ flask: '1\n-r /etc/passwd' }],
    [{ 'flask\n-e': '*' }],
    [{ flask: [{ version: '1', python: '<3' }] }],
  ])('is left to the tool where it says %j', (dependencies) =>
    expect(unlockedRequirements(dependencies)).toBeNull(),
  );

  it('is built with what is newest, and told to commit one', async () => {
    const plan = await planOf({
      'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "^3.0"\n',
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    });
    expect(plan.extraFiles[REQUIREMENTS]).toBe('flask>=3.0,<4\n');
    expect(plan.warnings).toContainEqual(expect.stringMatching(/no poetry\.lock.*"poetry lock"/));
  });

  it('with packages from an index of its own is left to the tool', async () => {
    const app = { 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' };
    const source = '[[source]]\nname = "own"\nurl = "https://example.org/simple"\n';
    const plan = await planOf({ ...app, Pipfile: `${source}[packages]\nflask = "*"\n` });
    expect(plan.dockerfile).toContain('"pipenv","install","--skip-lock"');
  });
});
