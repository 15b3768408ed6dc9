import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';
import { parseRequirement, readRequirements } from './requirements.js';
import { allows } from '../versions.js';
import { PYTHONS } from './version.js';
import { projectFiles } from '../project-files.js';
import { memoryTree } from '#libs/core/snapshot-tree.js';

const flask = 'from flask import Flask\napp = Flask(__name__)\n';
const fastapi = 'from fastapi import FastAPI\n\napi: FastAPI = FastAPI(title="x")\n';
const manage =
  "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\nfrom django.core.management import execute_from_command_line\n";
const django = {
  'manage.py': manage,
  'shop/settings.py': 'DEBUG = False\n',
  'shop/wsgi.py': '',
  'shop/asgi.py': '',
};
const sh = (line: string) => ['/bin/sh', '-c', `exec ${line}`];

describe('Python plan', () => {
  it('installs packages by the manifests alone and runs nothing after the source', async () => {
    const plan = await planOf({
      'requirements.txt': '-r requirements/base.txt\ngunicorn==27.0.1\n',
      'requirements/base.txt': 'Flask>=3  # the framework\n',
      'app.py': flask,
    });
    expect(stage(plan.dockerfile, 0).slice(-4)).toEqual([
      'RUN ["uv","venv","--no-config","--python","/usr/bin/python3","/app/.venv"]',
      'COPY --chown=1000:1000 ["app/requirements.txt","/app/"]',
      'COPY --chown=1000:1000 ["app/requirements/base.txt","/app/requirements/"]',
      `RUN --mount=type=cache,id=berth-${APP}-python,target=/home/app/.cache,uid=1000,gid=1000 ` +
        '["uv","pip","install","--requirements","requirements.txt"]',
    ]);
    const last = stage(plan.dockerfile, -1);
    expect(last.slice(-3)).toEqual([
      'COPY --from=dependencies --chown=1000:1000 ["/app/.venv/","./.venv/"]',
      'COPY --chown=1000:1000 ["app/","./"]',
      'CMD ["gunicorn","--threads","8","app:app"]',
    ]);
    expect(last.join('\n')).not.toContain('RUN');
    expect(plan).toMatchObject({
      title: 'Flask',
      stacks: ['python-build', 'python'],
      dependencyFiles: ['requirements.txt', 'requirements/base.txt'],
      warnings: [],
    });
  });

  it.each([
    [
      'uv.lock',
      { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask"]', 'uv.lock': '' },
      '["uv","sync","--python","/usr/bin/python3","--frozen","--no-dev","--no-install-project"]',
    ],
    [
      'poetry',
      { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.11"\nflask = "*"', 'poetry.lock': '' },
      '"poetry","install","--only=main","--no-root"]',
    ],
    ['Pipfile with a lock', { Pipfile: '[packages]\nflask = "*"', 'Pipfile.lock': '{}' }, '"pipenv","sync"]'],
    [
      'Pipfile',
      { Pipfile: '[packages]\nflask = "*"' },
      '"uv","pip","install","--requirements","berth-requirements.txt"]',
    ],
    [
      'Pipfile with what only Pipenv knows',
      { Pipfile: '[packages]\nflask = {git = "https://example.org/flask.git"}' },
      '"pipenv","install","--skip-lock"]',
    ],
    [
      'PEP 621',
      { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["flask>=3"]' },
      '["uv","pip","install","--requirements","pyproject.toml"]',
    ],
    [
      'requirements beside tools',
      { 'pyproject.toml': '[tool.ruff]\nline-length = 100', 'requirements.txt': 'flask' },
      '["uv","pip","install","--requirements","requirements.txt"]',
    ],
  ])('installs with what the project uses: %s', async (_, files, command) => {
    const plan = await planOf({ ...(files as Record<string, string>), 'app.py': flask });
    expect(plan.dockerfile).toContain(command);
    expect(plan.title).toBe('Flask');
  });

  it('says which manifests it does not read', async () => {
    const plan = await planOf({
      'pyproject.toml': '[project]\ndependencies = ["flask"]',
      'uv.lock': '',
      'requirements.txt': 'flask',
      'app.py': flask,
    });
    expect(plan.choices.find(({ what }) => what === 'Dependencies')?.why).toContain(
      'requirements.txt, pyproject.toml is not read',
    );
  });

  it.each([
    [
      'Procfile first',
      { 'requirements.txt': 'flask', 'app.py': flask, Procfile: 'web: gunicorn x:y' },
      ['gunicorn', 'x:y'],
    ],
    [
      'Django with gunicorn',
      { ...django, 'requirements.txt': 'Django\ngunicorn' },
      ['gunicorn', '--threads', '8', 'shop.wsgi:application'],
    ],
    [
      'Django with uvicorn',
      { ...django, 'requirements.txt': 'Django\nuvicorn' },
      sh('uvicorn --host 0.0.0.0 --port $PORT shop.asgi:application'),
    ],
    [
      'FastAPI',
      { 'requirements.txt': 'fastapi\nuvicorn', 'app/main.py': fastapi },
      sh('uvicorn --host 0.0.0.0 --port $PORT app.main:api'),
    ],
    [
      'FastAPI with its extras',
      { 'requirements.txt': 'fastapi[standard]', 'main.py': fastapi },
      sh('uvicorn --host 0.0.0.0 --port $PORT main:api'),
    ],
    [
      'Flask made by a function',
      {
        'requirements.txt': 'flask\ngunicorn',
        'app/__init__.py':
          'from flask import Flask\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n',
      },
      ['gunicorn', '--threads', '8', 'app:create_app()'],
    ],
    [
      'Flask that a package of any name makes',
      {
        'requirements.txt': 'flask\ngunicorn',
        'tests/__init__.py': 'app = Flask(__name__)\n',
        'src/shop/__init__.py': 'def create_app(test_config=None):\n    return Flask(__name__)\n',
      },
      ['gunicorn', '--threads', '8', 'shop:create_app()'],
    ],
    [
      'Flask that is made where it is served',
      {
        'requirements.txt': 'flask\ngunicorn',
        'wsgi.py': 'from shop import create_app\napplication = create_app()\n',
      },
      ['gunicorn', '--threads', '8', 'wsgi:application'],
    ],
    [
      'Flask without a server',
      { 'requirements.txt': 'flask', 'app.py': flask },
      sh("flask --app 'app:app' run --host 0.0.0.0 --port $PORT"),
    ],
    [
      'waitress',
      { 'requirements.txt': 'flask\nwaitress', 'app.py': flask },
      sh('waitress-serve --port=$PORT app:app'),
    ],
    ['a script', { 'requirements.txt': 'requests', 'main.py': 'print(1)' }, ['python3', 'main.py']],
    ['a script alone', { 'main.py': 'print(1)' }, ['python3', 'main.py']],
    [
      'a program of pyproject.toml',
      {
        'pyproject.toml': '[project]\ndependencies = []\nscripts = { serve = "shop.cli:main" }',
        Procfile: 'web: serve',
      },
      ['python3', '-c', 'import sys; from shop.cli import main as main; sys.exit(main())'],
    ],
  ])('starts: %s', async (_, files, args) => {
    expect((await planOf(files as Record<string, string>)).processes.web).toEqual(args);
  });

  it.each([
    [
      'a Django without a server',
      { ...django, 'requirements.txt': 'Django' },
      /none of its packages is a server.*"gunicorn" to requirements.txt/,
    ],
    [
      'a Django without wsgi.py',
      { 'manage.py': manage, 'requirements.txt': 'Django\ngunicorn' },
      /no wsgi.py/,
    ],
    [
      'a FastAPI without a server',
      { 'requirements.txt': 'fastapi', 'main.py': fastapi },
      /main.py makes a FastAPI application.*"uvicorn" to requirements.txt/,
    ],
    [
      'nothing to start',
      { 'requirements.txt': 'requests', 'lib.py': '' },
      /Nothing says how to start.*Procfile with the line "web: gunicorn/,
    ],
  ])('refuses %s with what to write', async (_, files, message) => {
    await expect(planOf(files as Record<string, string>)).rejects.toMatchObject({
      code: 'no_start_command',
      message: expect.stringMatching(message),
    });
  });

  it('collects static files where the settings say where to', async () => {
    const files = {
      ...django,
      'requirements.txt': 'Django\ngunicorn',
      'shop/settings.py': "STATIC_ROOT = BASE_DIR / 'static'\n",
    };
    const plan = await planOf(files);
    expect(stage(plan.dockerfile, -1).at(-2)).toContain('"manage.py","collectstatic","--noinput"]');
    const without = await planOf({ ...files, 'berth.toml': '[build.env]\nDISABLE_COLLECTSTATIC = "1"' });
    expect(without.dockerfile).not.toContain('collectstatic');
    const parts = {
      'shop/settings/base.py': 'STATIC_ROOT = "/x"\n',
      'shop/settings/prod.py': 'from .base import *\n',
    };
    const split = await planOf({
      ...django,
      ...parts,
      'shop/settings.py': '',
      'requirements.txt': 'gunicorn',
    });
    expect(split.dockerfile).toContain('collectstatic');
  });

  it('has the whole source there first when packages lie in it, and says so', async () => {
    const plan = await planOf({
      'requirements.txt': 'flask\n-e ./lib\n',
      'lib/setup.py': '',
      'app.py': flask,
    });
    expect(stage(plan.dockerfile, 0)).toContain('COPY --chown=1000:1000 ["app/","./"]');
    expect(plan.warnings.join()).toMatch(/installed anew for each change.*-e \.\/lib/);
  });

  it('builds with the author’s command in a stage of its own', async () => {
    const plan = await planOf({
      'requirements.txt': 'flask\ngunicorn',
      'app.py': flask,
      'berth.toml': '[build]\ncommand = "make pages"\n',
    });
    expect(stage(plan.dockerfile, 1).at(-1)).toBe('RUN ["make","pages"]');
    expect(stage(plan.dockerfile, -1)).toContain('COPY --from=output --chown=1000:1000 ["/app/","./"]');
  });

  it('refuses a version that it does not have where the app insists, and warns where it is a hint', async () => {
    const app = { 'app.py': flask };
    await expect(
      planOf({
        ...app,
        'pyproject.toml': '[project]\nrequires-python = ">=3.9,<3.11"\ndependencies = ["flask"]',
      }),
    ).rejects.toMatchObject({
      code: 'python_version',
      message: expect.stringContaining('Berth has Python 3.13 and 3.11 alone'),
    });
    for (const [path, text] of [
      ['.python-version', '3.10.4\n'],
      ['runtime.txt', 'python-3.12.1'],
    ]) {
      const plan = await planOf({ ...app, 'requirements.txt': 'flask', [path as string]: text as string });
      expect(plan.warnings.join()).toMatch(
        new RegExp(`^${path} asks for Python 3\\.1[02].*Berth has Python 3\\.13 and 3\\.11 alone`),
      );
    }
  });

  it.each([
    [{ '.python-version': '3.11.4\n' }, '3.11'],
    [{ '.python-version': '3.13' }, '3.13'],
    [{ 'runtime.txt': 'python-3.10.1' }, '3.11'],
    [{ 'runtime.txt': 'python-3.12.1' }, '3.13'],
    [{ 'pyproject.toml': '[project]\nrequires-python = ">=3.9,<3.13"\ndependencies = ["flask"]' }, '3.11'],
    [{ 'pyproject.toml': '[project]\nrequires-python = ">=3.12"', '.python-version': '3.11' }, '3.13'],
    [{ 'berth.toml': '[build.versions]\npython = "3.11"\n', '.python-version': '3.13' }, '3.11'],
    [{}, '3.13'],
  ])('builds on the Python that %o asks for', async (files, version) => {
    const plan = await planOf({ 'requirements.txt': 'flask', 'app.py': flask, ...files } as Record<
      string,
      string
    >);
    const run = version === PYTHONS[0] ? 'python' : `python-${version}`;
    expect(plan.stacks).toEqual([`${run}-build`, run]);
    expect(plan.choices[0]?.value).toBe(`Python ${version}`);
  });

  it.each([
    ['pyproject.toml', '[project\nname = 1', 'pyproject.toml, line 1'],
    ['pyproject.toml', '[project]\ndependencies = "flask"', 'pyproject.toml: "project.dependencies"'],
    ['Pipfile', '[packages\n', 'Pipfile, line 1'],
  ])('names the place of what is wrong in %s', async (path, text, message) => {
    await expect(planOf({ [path]: text, 'app.py': flask })).rejects.toThrow(message);
  });
});

describe('versions', () => {
  it.each([
    ['3.13', true],
    ['3.13.2', true],
    ['3', true],
    ['>=3.10', true],
    ['>=3.8,<4', true],
    ['^3.11', true],
    ['~=3.11', true],
    ['==3.13.*', true],
    ['>=3.9, !=3.12', true],
    ['3.12', false],
    ['<3.13', false],
    ['>3.13', false],
    ['>=3.14', false],
    ['~3.12', false],
    ['~=3.12.1', false],
    ['^2.7 || ^3.9', true],
    ['==3.12.*', false],
    ['^4.0', false],
  ])('%s allows 3.13: %s', (range, answer) => {
    expect(allows(range, '3.13')).toBe(answer);
  });

  it('never throw, whatever somebody wrote', () => {
    fc.assert(fc.property(fc.string(), (text) => typeof allows(text, '3.13') === 'boolean'));
  });
});

describe('requirements', () => {
  it.each([
    ['Flask_SQLAlchemy>=3', 'flask-sqlalchemy', []],
    ['uvicorn[standard, Extra_One]==0.30 ; python_version > "3"', 'uvicorn', ['standard', 'extra-one']],
    ['a', 'a', []],
  ])('%s', (line, name, extras) => {
    expect(parseRequirement(line)).toEqual({ name, extras });
  });

  it('follow includes, circles too, and stop', async () => {
    const files = projectFiles(
      memoryTree({
        'requirements.txt':
          '-r a/b.txt\n-c ../outside.txt\nflask \\\n  --hash=sha256:x\n# -e .\n--index-url https://x\n',
        'a/b.txt': '-r ../requirements.txt\n-r c.txt\ndjango\n',
        'a/c.txt': '\ufeffgunicorn\n-e git+https://x/y#egg=y\n',
      }),
    );
    const found = await readRequirements(files, 'requirements.txt');
    expect(found.files).toEqual(['requirements.txt', 'a/b.txt', 'a/c.txt']);
    expect([...found.packages.keys()].sort()).toEqual(['django', 'flask', 'gunicorn']);
    expect(found.local).toBeNull();
  });

  it('are read without an error, whatever somebody wrote', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        const tree = memoryTree({ 'requirements.txt': text.replaceAll('\0', '') });
        expect((await readRequirements(projectFiles(tree), 'requirements.txt')).files).toEqual([
          'requirements.txt',
        ]);
      }),
    );
  });
});
