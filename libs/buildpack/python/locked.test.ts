import { describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.js';
import { REQUIREMENTS } from './install.js';

const pyproject = '[project]\nname = "x"\ndependencies = ["flask"]\n[tool.poetry]\n';
const app = { 'app.py': 'from flask import Flask\napp = Flask(__name__)\n' };

/** A lock as Poetry 2 writes it. */
function poetryLock(more = '', version = '2.1'): string {
  return `[[package]]
name = "flask"
version = "3.1.2"
optional = false
python-versions = ">=3.9"
groups = ["main"]
files = [{file = "a.whl", hash = "sha256:bb"}, {file = "a.tar.gz", hash = "sha256:aa"}]

[[package]]
name = "colorama"
version = "0.4.6"
optional = false
python-versions = ">=3.9"
groups = ["main", "dev"]
markers = {main = "platform_system == \\"Windows\\"", dev = "sys_platform == \\"win32\\""}
files = [{file = "c.whl", hash = "sha256:cc"}]

[[package]]
name = "pytest"
version = "8.0"
optional = false
python-versions = ">=3.9"
groups = ["dev"]
files = [{file = "p.whl", hash = "sha256:dd"}]
${more}
[metadata]
lock-version = "${version}"
python-versions = ">=3.9"
content-hash = "0"
`;
}

describe('a lockfile of Poetry', () => {
  it('becomes requirements with hashes: without development groups, with their markers', async () => {
    const plan = await planOf({ ...app, 'pyproject.toml': pyproject, 'poetry.lock': poetryLock() });
    expect(plan.extraFiles[REQUIREMENTS]).toBe(
      'colorama==0.4.6 ; platform_system == "Windows" \\\n    --hash=sha256:cc\n' +
        'flask==3.1.2 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n',
    );
    expect(plan.dockerfile).toContain(
      '"uv","pip","install","--no-deps","--require-hashes","--requirements","berth-requirements.txt"',
    );
    expect(plan.dockerfile).not.toContain('"poetry"');
    expect(plan.dependencyFiles).toContain('poetry.lock');
  });

  it.each([
    ['is of an older form', poetryLock('', '2.0')],
    [
      'names a package from elsewhere',
      poetryLock(
        '\n[[package]]\nname = "own"\nversion = "1"\noptional = false\ngroups = ["main"]\nfiles = []\n[package.source]\ntype = "git"\nurl = "https://example.org/own.git"\n',
      ),
    ],
    ['lacks what the project asks for', poetryLock().replaceAll('name = "flask"', 'name = "quart"')],
    ['says more than a version', poetryLock().replace('"3.1.2"', '"3.1.2 --index-url=x"')],
  ])('is left to Poetry when it %s', async (_, lock) => {
    const plan = await planOf({ ...app, 'pyproject.toml': pyproject, 'poetry.lock': lock });
    expect(plan.dockerfile).toContain('"poetry","install","--only=main"');
    expect(plan.extraFiles).toEqual({});
  });
});

describe('a lockfile of Pipenv', () => {
  const Pipfile = '[packages]\nflask = "*"\n';
  const lock = (name: string) =>
    JSON.stringify({
      _meta: { sources: [{ name, url: 'https://index.example.org/simple', verify_ssl: true }] },
      default: {
        flask: {
          hashes: ['sha256:aa'],
          index: 'pypi',
          markers: "python_version >= '3.9'",
          version: '==3.1.2',
        },
      },
      develop: { pytest: { hashes: ['sha256:dd'], version: '==8.0' } },
    });

  it('becomes requirements with hashes; one of another index is left to Pipenv', async () => {
    const own = await planOf({ ...app, Pipfile, 'Pipfile.lock': lock('pypi') });
    expect(own.extraFiles[REQUIREMENTS]).toBe(
      "flask==3.1.2 ; python_version >= '3.9' \\\n    --hash=sha256:aa\n",
    );
    const other = await planOf({ ...app, Pipfile, 'Pipfile.lock': lock('own') });
    expect(other.dockerfile).toContain('"pipenv","sync"');
  });
});
