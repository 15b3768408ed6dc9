import { describe, expect, it } from 'vitest';
import { shellStrings } from './shell-strings.mjs';

describe('shell strings', () => {
  it.each([
    ["import { exec } from 'node:child_process';"],
    ["import { execFile, execSync } from 'child_process';"],
    ["child_process.exec('ls ' + name)"],
    ["spawn('git', args, { shell: true })"],
    ["spawn('git', args, { shell: '/bin/bash' })"],
    ["spawn('sh', ['-c', text])"],
    ["execFile('/bin/bash', ['-c', text])"],
  ])('finds %s', (line) => {
    expect(shellStrings(line)).toHaveLength(1);
  });

  it.each([
    ["import { execFile, spawn } from 'node:child_process';"],
    ['const { exec } = pattern; pattern.exec(text)'],
    ["spawn('git', ['push'], { shell: false })"],
    ['interface Command { shell: string | null }'],
    ['// spawn with shell: true is never right'],
    ["spawn('sh', ['-c', text]) // shell-ok: a test of what a shell would do"],
  ])('lets %s pass', (line) => {
    expect(shellStrings(line)).toEqual([]);
  });
});
