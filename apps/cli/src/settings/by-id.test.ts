import { expect, it } from 'vitest';
import { byId } from './by-id.js';

const rows = [{ id: '1111-aaaa' }, { id: '2222-aaaa' }, { id: '3333-bbbb' }];
const find = (typed: string) => byId(rows, typed, { what: 'job', todo: 'Look again.' });

it('an id is named whole or by its end', () => {
  expect(find('1111-aaaa')).toBe(rows[0]);
  expect(find('bbbb')).toBe(rows[2]);
});

it.each([
  ['aaaa', 'Several jobs end in aaaa.', 'usage'],
  ['bbb', 'There is no job bbb.', 'missing'],
  ['cccc', 'There is no job cccc.', 'missing'],
])('%s is refused: %s', (typed, message, exit) => {
  expect(() => find(typed)).toThrow(expect.objectContaining({ message, exit }));
});
