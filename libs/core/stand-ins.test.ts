import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standInFor } from './stand-ins.js';

const stackOf = (reference: string): string | null => {
  const [name = '', version = 'latest'] = reference.split(/[:@](?=[^/]*$)/);
  const answer = standInFor(`library/${name}`, version);
  return 'standIn' in answer ? answer.standIn.stack : null;
};

describe('what stands in for an official image', () => {
  it.each([
    ['node:22', 'hub-node-22'],
    ['node:22.11.0-bookworm-slim', 'hub-node-22'],
    ['node:24-slim', 'hub-node'],
    ['node:22-alpine', 'hub-node-22'],
    ['nginx:alpine', 'hub-nginx'],
    ['node', 'hub-node'],
    ['node:lts', 'hub-node'],
    ['python:3.13-slim', 'hub-python'],
    ['python:3', 'hub-python'],
    ['python:3.13.1', 'hub-python'],
    ['golang:1.22', 'hub-golang'],
    ['golang', 'hub-golang'],
    ['nginx:stable', 'hub-nginx'],
    ['debian:trixie', 'base'],
    ['debian:trixie-slim', 'base'],
    ['debian:13.2', 'base'],
    ['eclipse-temurin:21-jre', 'java-21-build'],
  ])('%s: %s', (reference, stack) => expect(stackOf(reference)).toBe(stack));

  it.each([
    'node:16',
    'node:2',
    'python:3.12',
    'python:2.7',
    'debian:bookworm',
    'debian:12',
    'golang:2',
    'nginx:2',
    'postgres:17',
    'alpine',
    'node:nightly',
    `node@sha256:${'0'.repeat(64)}`,
  ])('%s: nothing', (reference) => expect(stackOf(reference)).toBeNull());

  it('is never of another major version than what was asked', () => {
    const names = ['node', 'golang', 'nginx', 'rust', 'eclipse-temurin'];
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(40), fc.nat(30), (name, major, minor) => {
        const stack = stackOf(`${name}:${major}.${minor}`);
        const own: Record<string, number[]> = {
          node: [18, 20, 22, 24, 26],
          'eclipse-temurin': [21, 25],
        };
        expect(stack !== null).toBe((own[name] ?? [1]).includes(major));
        const [, number] = /-(\d+)(?:-build)?$/.exec(stack ?? '') ?? [];
        if (number !== undefined) expect(Number(number)).toBe(major);
      }),
    );
  });

  it('is nothing where the Dockerfile goes on with Alpine’s own tools', () =>
    expect(standInFor('library/node', '22-alpine', true)).toHaveProperty('refused'));

  it('is nothing of somebody else’s names', () =>
    expect(standInFor('bitnami/node', '22')).toHaveProperty('refused'));
});
