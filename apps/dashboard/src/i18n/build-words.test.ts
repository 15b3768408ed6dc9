import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { sayer, type Sentences } from './server-words.ts';
import { plans } from './zh-CN/plans.ts';
import { serverWords } from './zh-CN/server-words.ts';

const root = new URL('../../../../', import.meta.url).pathname;

/** All that these say are errors, which have codes (zh-CN/errors.ts). */
const ofErrors =
  /\/(?:berth-toml(?:-schema)?|checks|triggers|unavailable|json-file|toml-file|procfile|project-files|headers)\.ts$/;
/** Who makes an error. */
const makesError = /^(?:BerthError|RangeError|Error|refusal|wrong|wrongLine)$/;
/** Not a command, a path or a program. What stands in quotes is what people write. */
function reads(text: string): boolean {
  const plain = text.replace(/“[^”]*”|"[^"]*"/g, '""');
  return (
    /(?:[A-Za-z]{2,}[,:;]? ){2}[a-z]{2,}/.test(plain) &&
    /\b(?:an?|and|as|for|has|in|is|it|no|not|of|so|than|that|the|to|which|with)\b/.test(plain) &&
    !/^(?:#|import )|\n|\$[({]/.test(text)
  );
}

/** The texts of a file that people may read, `Xx` where something is put in. */
function textsOf(name: string, source: string): string[] {
  const texts: string[] = [];
  const isText = (node: ts.Node): boolean =>
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    (ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
      (isText(node.left) || isText(node.right)));
  const textOf = (node: ts.Node): string => {
    if (ts.isStringLiteralLike(node)) return node.text;
    if (ts.isTemplateExpression(node))
      return (
        node.head.text +
        node.templateSpans.map(({ expression, literal }) => textOf(expression) + literal.text).join('')
      );
    if (node.getText() === 'BERTH_TOML') return 'berth.toml';
    return ts.isBinaryExpression(node) && isText(node) ? textOf(node.left) + textOf(node.right) : 'Xx';
  };
  const within = (node: ts.Node): void => {
    if (ts.isTemplateExpression(node)) node.templateSpans.forEach(({ expression }) => visit(expression));
    else if (ts.isBinaryExpression(node) && isText(node)) [node.left, node.right].forEach(within);
    else if (!ts.isStringLiteralLike(node)) visit(node);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return;
    if (ts.isFunctionDeclaration(node) && node.type?.getText() === 'BerthError') return;
    const called = ts.isNewExpression(node) || ts.isCallExpression(node) ? node.expression.getText() : '';
    if (makesError.test(called)) return;
    if (isText(node)) {
      // A sentence that is put before it stands by itself.
      texts.push(textOf(node).replace(/^Xx (?=[A-Z].*\.$)/s, ''));
      within(node);
    } else ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true));
  return texts;
}

async function unknownIn(patterns: string[], sentences: Sentences): Promise<string[]> {
  const say = sayer(sentences);
  const unknown: string[] = [];
  for await (const file of glob(patterns, { cwd: root })) {
    if (file.endsWith('.test.ts') || ofErrors.test(file)) continue;
    const texts = textsOf(file, await readFile(join(root, file), 'utf8')).filter(reads);
    unknown.push(...texts.filter((text) => reads(say(text))).map((text) => `${file}: ${text}`));
  }
  return unknown;
}

describe('what plans and builds say, in Chinese', () => {
  it('is all of what was chosen and why, and why a layer or a step is new', async () => {
    expect(await unknownIn(['libs/buildpack/**/*.ts', 'libs/images/layer-report.ts'], plans)).toEqual([]);
  });

  it('is all that may be done about a step that failed', async () => {
    expect(await unknownIn(['apps/builder/src/failure-hints.ts'], serverWords.sentences)).toEqual([]);
  });

  it('finds a sentence that is not known', () => {
    const found = textsOf(
      'a.ts',
      "say(`It is ${a ? 'the only one that is here' : b} of all`); throw new BerthError('c', 'not this one');",
    );
    expect(found).toEqual(['It is Xx of all', 'the only one that is here']);
  });

  it('takes several sentences one after the other, and what is put in', () => {
    const say = sayer(plans);
    expect(say('package.json has a "build" script. The packages that the app needs are built first.')).toBe(
      'package.json 有 "build" 脚本。先构建应用需要的包。',
    );
    expect(say('There is pnpm-lock.yaml. Version 9 fits the form of pnpm-lock.yaml.')).toBe(
      '有 pnpm-lock.yaml。版本 9 符合 pnpm-lock.yaml 的格式。',
    );
    expect(say('Procfile says so for "web"; started by /bin/sh because it uses $PORT.')).toBe(
      'Procfile 中为 "web" 写明；由 /bin/sh 启动，因为它使用了 $PORT。',
    );
    expect(say('a.ts, b.ts, c.ts and 4 more changed')).toBe('a.ts, b.ts, c.ts 等及另外 4 个文件 已更改');
    expect(say('vite build')).toBe('vite build');
  });
});
