import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { arch, cpus, release, totalmem } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Facts about the machine that decide the figures. No names, no paths. */
export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  system: string;
  kernel: string;
  arch: string;
  node: string;
  git: string;
  parts: Record<string, string>;
}

export async function readMachine(parts: { name: string; version: string | null }[]): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: await systemName(),
    kernel: release(),
    arch: arch(),
    node: process.version,
    git: await run('git', ['--version']).then(({ stdout }) => stdout.replace('git version', '').trim()),
    parts: Object.fromEntries(parts.map((part) => [part.name, part.version ?? '?'])),
  };
}

async function systemName(): Promise<string> {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? 'Linux';
}
