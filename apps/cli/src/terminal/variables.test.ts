import { expect, it } from 'vitest';
import { readVariables } from './variables.js';

it('variables are named with a value, or have the one that they have here', () => {
  expect(readVariables(['A=1', 'B=', 'C=x=y', 'HERE'], { HERE: 'yes' })).toEqual({
    A: '1',
    B: '',
    C: 'x=y',
    HERE: 'yes',
  });
});

it.each(['1A=x', '=x', 'PORT=1', 'BERTH_APP=other', 'NOWHERE'])('%s is refused', (word) =>
  expect(() => readVariables([word], {})).toThrow(),
);
