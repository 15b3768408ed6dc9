import { expect, it } from 'vitest';
import { planOf } from './plan-of.js';
import { stacksBehind } from './stacks-behind.js';

it('finds the stacks that were renewed since an image was built, and those that are gone', async () => {
  const plan = await planOf({ 'go.mod': 'module x\ngo 1.24\n', 'main.go': 'package main\nfunc main() {}\n' });
  const now = { 'go-build': 'stack/go-build', tiny: 'stack/tiny' };
  expect(stacksBehind(plan, now)).toEqual([]);
  expect(stacksBehind(plan, { ...now, tiny: 'stack/tiny:new' })).toEqual(['tiny']);
  expect(stacksBehind(plan, { tiny: 'stack/tiny' })).toEqual(['go-build']);
});
