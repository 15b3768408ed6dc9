import { describe, expect, it } from 'vitest';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { layerReport, type ReportedImage } from './layer-report.js';

const plan: BuildPlan = {
  language: 'node',
  title: 'Node.js',
  detectedBy: 'package.json',
  choices: [],
  warnings: [],
  dockerfile: 'FROM stack/node:1 AS d\nFROM stack/node:1\nUSER 1\nCOPY m\nCOPY a\nCMD c\n',
  stacks: ['node'],
  sourceFolder: 'app',
  extraFiles: {},
  ignore: [],
  finalStage: [
    { instruction: 'USER 1', part: 'runtime' },
    { instruction: 'COPY m', part: 'dependencies' },
    { instruction: 'COPY a', part: 'app' },
    { instruction: 'CMD c', part: 'app' },
  ],
  dependencyFiles: ['package.json', 'package-lock.json'],
  inputs: { 'package.json': '1', 'package-lock.json': '1', 'a.js': '1' },
  processes: { web: [] },
  port: null,
  healthPath: null,
};

function image(digests: string[], changes: Partial<BuildPlan> = {}): ReportedImage {
  return {
    manifest: {
      config: { digest: 'c', size: 1 },
      layers: digests.map((digest, index) => ({ digest, size: index + 1 })),
    },
    config: {
      history: [
        { created_by: '/bin/sh -c #(nop) ADD os' },
        { created_by: 'ENV x', empty_layer: true },
        { created_by: 'COPY node # buildkit' },
        { created_by: 'USER 1', empty_layer: true },
        { created_by: 'COPY m # buildkit' },
        { created_by: 'COPY a # buildkit' },
        { created_by: 'CMD c', empty_layer: true },
      ],
    },
    plan: { ...plan, ...changes },
  };
}

const first = layerReport(image(['os', 'node', 'm1', 'a1']), null);
const next = (digests: string[], changes: Partial<BuildPlan> = {}) =>
  layerReport(image(digests, changes), { layers: first, plan });

describe('layer report', () => {
  it('tells what each layer is for, from its instruction', () => {
    expect(first.map(({ part, createdBy, sizeBytes }) => [part, createdBy, sizeBytes])).toEqual([
      ['base', 'ADD os', 1],
      ['runtime', 'COPY node', 2],
      ['dependencies', 'COPY m', 3],
      ['app', 'COPY a', 4],
    ]);
    expect(first[0]?.whyNot).toBe('This is the first image of the app.');
  });

  it('names the source file of a layer that is new', () => {
    const report = next(['os', 'node', 'm1', 'a2'], { inputs: { ...plan.inputs, 'a.js': '2', 'b.js': '1' } });
    expect(report.map(({ reused }) => reused)).toEqual([true, true, true, false]);
    expect(report.map(({ whyNot }) => whyNot)).toEqual([null, null, null, 'a.js, b.js changed.']);
  });

  it('names the manifest that made dependencies be installed anew', () => {
    const report = next(['os', 'node', 'm2', 'a1'], {
      inputs: { ...plan.inputs, 'package-lock.json': '2', 'a.js': '2' },
    });
    expect(report[2]?.whyNot).toBe('package-lock.json changed.');
  });

  it('names both base images when the base changed', () => {
    const report = next(['os2', 'node2', 'm2', 'a2'], {
      dockerfile: plan.dockerfile.replaceAll('node:1', 'node:2'),
    });
    expect(report.map(({ whyNot }) => whyNot)).toEqual(
      Array.from({ length: 4 }, () => 'The base image changed from stack/node:1 to stack/node:2.'),
    );
  });

  it('says so when equal input gave another result', () => {
    expect(next(['os', 'node', 'm2', 'a1'])[2]?.whyNot).toBe(
      'The dependencies were installed anew and differ from before.',
    );
    expect(next(['os', 'node', 'm1', 'a2'])[3]?.whyNot).toBe('The same files gave another result.');
  });

  it('claims nothing where the history does not name every layer', () => {
    const odd = image(['os', 'a']);
    expect(layerReport(odd, null).map(({ part }) => part)).toEqual(['other', 'other']);
  });
});
