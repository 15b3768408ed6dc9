import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffOf, parseDotenv, stage, stagedOf } from './staged.ts';

describe('staged changes', () => {
  const saved = { A: '1', B: '2' };

  it('name what a deploy would add, change and remove', () => {
    const { staged } = stagedOf(stage({}, saved, { A: '9', B: null, C: '3' }), saved);
    expect(diffOf(staged, saved)).toEqual([
      { key: 'A', kind: 'changed', before: '1', after: '9' },
      { key: 'B', kind: 'removed', before: '2', after: null },
      { key: 'C', kind: 'added', before: null, after: '3' },
    ]);
  });

  it('vanish when the value becomes what it was', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const edits = stage({}, saved, { A: value, NEW: value });
        expect(stagedOf(stage(edits, saved, { A: '1', NEW: null }), saved).staged).toEqual({});
      }),
    );
  });

  it('are told when somebody else has changed the same variable since', () => {
    const edits = stage({}, saved, { A: '9', B: null, C: '3' });
    expect(stagedOf(edits, { ...saved, A: '5' }).overtaken).toEqual(['A']);
    expect(stagedOf(edits, { A: '1', C: '4' })).toEqual({ staged: { A: '9', C: '3' }, overtaken: ['C'] });
  });
});

describe('reading a .env file', () => {
  it('reads quotes, comments, export and values over several lines', () => {
    const { vars, wrong } = parseDotenv(
      [
        '# comment',
        'PLAIN=a b # note',
        "export SINGLE='x # y'",
        'DOUBLE="say \\"hi\\"\\n"',
        'EMPTY=',
        'URL=postgres://u:p@h/d?x=1#frag',
        'KEY="-----BEGIN',
        'abc',
        '-----END"',
      ].join('\n'),
    );
    expect(wrong).toEqual([]);
    expect(vars).toEqual({
      PLAIN: 'a b',
      SINGLE: 'x # y',
      DOUBLE: 'say "hi"\n',
      EMPTY: '',
      URL: 'postgres://u:p@h/d?x=1#frag',
      KEY: '-----BEGIN\nabc\n-----END',
    });
  });

  it('names the lines that it cannot read, and loses no other', () => {
    expect(parseDotenv('A=1\nnonsense\n1X=2\nB="open')).toEqual({ vars: { A: '1' }, wrong: [2, 3, 4] });
  });

  it('gives back any value that was quoted', () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const quoted = value.replace(/[\\"]/g, '\\$&');
        fc.pre(!/\r/.test(value));
        expect(parseDotenv(`X="${quoted}"`).vars).toEqual({ X: value });
      }),
    );
  });
});
