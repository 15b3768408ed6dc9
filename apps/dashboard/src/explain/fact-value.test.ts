import { expect, it } from 'vitest';
import { plainTeller } from '../i18n/server-words.ts';
import { translator } from '../i18n/translate.ts';
import { zhCN } from '../i18n/zh-CN/index.ts';
import { factValue } from './fact-value.ts';

const t = translator(
  zhCN,
  'zh-CN',
  plainTeller(async () => undefined),
);

it.each([
  ['Node.js, by package.json', 'Node.js, 依据 package.json'],
  ['b08ebb1, 3 files, 2.4 kB', 'b08ebb1, 3 个文件, 2.4 kB'],
  ['runtime, 130.5 kB, reused', '运行时, 130.5 kB, 复用'],
  ['6fb6d0f6740f, v1, frozen', '6fb6d0f6740f, v1, 已冻结'],
  ['512 MiB, 1 core, 256 processes', '512 MiB, 1 个核心, 256 个进程'],
  ['2 cores, 23.6 GiB of memory', '2 个核心, 内存 23.6 GiB'],
  ['GREETING, NOTHING', 'GREETING, NOTHING'],
])('a fact of the stack is told in the words of the page: %s', (value, shown) => {
  expect(factValue(value, t)).toBe(shown);
});
