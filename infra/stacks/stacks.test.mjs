import { describe, expect, it } from 'vitest';
import { STACK_VERSION } from '../../libs/buildpack/go/version.ts';
import { PHPS } from '../../libs/buildpack/php/version.ts';
import { PYTHONS } from '../../libs/buildpack/python/version.ts';
import { RUBIES } from '../../libs/buildpack/ruby/gemfile.ts';
import { addOnKinds } from '../../libs/core/add-on.ts';
import { standInFor } from '../../libs/core/stand-ins.ts';
import { buildOutput } from '../lib/build-lines.mjs';
import * as pins from '../pins.mjs';
import { besideOf } from './debian-mirror.mjs';
import { editionOf, isFrom } from './edition.mjs';
import { jvmProxies } from './java.mjs';
import { describe as describeStack } from './make.mjs';
import { stacks, startStacks } from './table.mjs';
import { environment, install } from './text.mjs';
import { updatesIn } from './updates.mjs';

const facts = {
  certificates: ['PEM'],
  network: { HTTPS_PROXY: 'http://proxy:1' },
  index: 'https://index.example/',
};

describe('stacks', () => {
  it('stand after what they are built on, and only the first ones are made by a start', () => {
    const names = stacks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, on } of stacks.slice(1))
      expect(names.indexOf(on), name).toBeLessThan(names.indexOf(name));
    expect(startStacks).toEqual(['base', 'node', 'static']);
  });

  it.each(stacks.map((stack) => [stack.name, stack]))(
    '%s says what is in it and builds on what it names',
    (_, stack) => {
      const text = stack.dockerfile('berth/below:1', facts);
      expect(text.split('\n')[0]).toMatch(/^FROM berth\/below:1( AS [a-z]+)?$/);
      expect(stack.holds).not.toBe('');
      expect(JSON.stringify(stack.inputs(facts))).toBeTypeOf('string');
      // One line an instruction: a build of a stack is read by people who look for what went wrong.
      for (const line of text.trim().split('\n'))
        expect(line).toMatch(/^(FROM|COPY|RUN|ENV|USER|CMD|WORKDIR|EXPOSE|STOPSIGNAL) /);
    },
  );

  it('quotes what a Dockerfile would expand, and takes only names of packages', () => {
    expect(environment({ A: 'x"y$z\\', B: '1' })).toBe('A="x\\"y\\$z\\\\" B="1"');
    expect(() => install(['gcc; rm'])).toThrow('no name');
    expect(install(['gcc', 'g++'])).toContain('install gcc g++"');
  });
});

it.each([
  ['python', PYTHONS],
  ['php', PHPS],
  ['ruby', RUBIES],
])('plans of %s choose among the versions that there are stacks of', (language, versions) => {
  const own = stacks.filter(({ name }) => new RegExp(`^${language}(?:-[\\d.]+)?$`).test(name));
  expect(own.map(({ version }) => version)).toEqual([...versions]);
  expect(own.map(({ name }) => name)).toEqual(
    versions.map((version, at) => (at === 0 ? language : `${language}-${version}`)),
  );
  for (const { name } of own) expect(stacks.find((each) => each.name === `${name}-build`)?.on).toBe(name);
});

it('each kind of add-on has its stack', () => {
  expect(stacks.map(({ name }) => name)).toEqual(expect.arrayContaining([...addOnKinds]));
});

it('plans of Go apps say the version that the stack has', () => expect(STACK_VERSION).toBe(pins.go.version));

it.each([
  ['node', '24'],
  ['node', '26'],
  ['node', '22'],
  ['node', '20'],
  ['node', '18'],
  ['python', '3.13'],
  ['golang', '1.'],
  ['rust', '1.'],
  ['nginx', '1.'],
  ['eclipse-temurin', '21'],
  ['eclipse-temurin', '25'],
])('what stands in for %s:%s is a stack of that version', (name, version) => {
  const { standIn } = standInFor(`library/${name}`, version.replace(/\.$/, ''));
  expect(stacks.find((stack) => stack.name === standIn.stack)?.version.startsWith(version)).toBe(true);
});

describe('the output of a build', () => {
  const field = (number, bytes) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  it('is read out of what the Engine reports, past fields of all kinds', () => {
    const log = (text) =>
      field(
        3,
        Buffer.concat([
          field(1, Buffer.from('sha256:x')),
          Buffer.from([3 << 3, 0x81, 0x01]),
          Buffer.from([(5 << 3) | 5, 0, 0, 0, 0, (6 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0]),
          field(4, Buffer.from(text)),
        ]),
      );
    const message = Buffer.concat([field(1, Buffer.from('vertex')), log('Get:1 tr'), log('ixie\nü')]);
    expect(buildOutput(message.toString('base64'))).toBe('Get:1 trixie\nü');
  });

  it('of something else is nothing', () => {
    for (const text of [
      '',
      'AAAA',
      '////////',
      'Gg==',
      Buffer.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x7f]).toString('base64'),
    ])
      expect(buildOutput(text)).toBe('');
  });
});

describe('an edition', () => {
  const copy = { home: '/nowhere', tools: '/nowhere', path: (...parts) => parts.join('/') };
  /** Tags of all stacks, each on the one below it. */
  const tags = async (host) => {
    const known = {};
    // What is looked up of this host for one of them alone is no matter here.
    for (const stack of stacks)
      known[stack.name] = (await describeStack(copy, { ...stack, facts: undefined }, known, host)).tag;
    return known;
  };
  const host = { certificates: [], network: {} };

  it('makes every stack another image, and the same edition the same ones', async () => {
    const [none, now, again] = await Promise.all([
      tags({ ...host, edition: null }),
      tags({ ...host, edition: '20261130T2047' }),
      tags({ ...host, edition: '20261130T2047' }),
    ]);
    expect(again).toEqual(now);
    for (const { name } of stacks) expect(now[name], name).not.toBe(none[name]);
  });

  it('is older than a bundle that was made after it', () => {
    const edition = editionOf(new Date('2026-11-30T20:47:12Z'));
    expect(edition).toBe('20261130T2047');
    expect(isFrom('2026-11-30T20:48:00.000Z', edition)).toBe(true);
    expect(isFrom('2026-11-30T19:59:00.000Z', edition)).toBe(false);
    expect(isFrom(undefined, edition)).toBe(false);
  });
});

it.each([
  ['https://one.example/debian', 'https://one.example/debian-security'],
  ['http://two.example/pub/debian/', 'http://two.example/pub/debian-security'],
  ['https://three.example/mirror', null],
])('security updates beside the mirror %s are looked for at %s', (mirror, beside) =>
  expect(besideOf(mirror)).toBe(beside),
);

it('what apt would upgrade is read with where it comes from', () => {
  const lines = [
    'Reading package lists...',
    'Inst libssl3t64 [3.5.1-1] (3.5.4-1~deb13u1 Debian-Security:13/stable-security [amd64])',
    'Inst tzdata [2025b-4] (2025c-1 Debian:13.2/stable [all])',
    'Inst new-one (1.0 Debian:13.2/stable [all])',
    'Conf tzdata (2025c-1 Debian:13.2/stable [all])',
  ];
  expect(updatesIn(lines)).toEqual([
    { name: 'libssl3t64', from: '3.5.1-1', to: '3.5.4-1~deb13u1', security: true },
    { name: 'tzdata', from: '2025b-4', to: '2025c-1', security: false },
  ]);
});

it('a JVM is told of the proxies that other programs find in the environment', () => {
  expect(jvmProxies({})).toEqual([]);
  expect(
    jvmProxies({
      HTTPS_PROXY: 'http://proxy.test:3128',
      http_proxy: 'http://old.test',
      NO_PROXY: 'a.test, .b.test,::1',
    }),
  ).toEqual([
    '-Dhttp.proxyHost=old.test',
    '-Dhttp.proxyPort=80',
    '-Dhttps.proxyHost=proxy.test',
    '-Dhttps.proxyPort=3128',
    '-Dhttp.nonProxyHosts=a.test|*.b.test',
  ]);
});
