import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isName } from '#libs/core/names.js';
import { previewName } from './preview-name.js';

describe('the name of a preview', () => {
  it('is the branch as it is where a host name allows it', () => {
    expect(previewName('shop', 'blue')).toBe('shop-blue');
    expect(previewName('shop', 'fix-12')).toBe('shop-fix-12');
  });

  it('tells branches apart that look alike', () => {
    const names = ['feature/x', 'feature-x', 'Feature-x', 'feature_x'].map((one) => previewName('shop', one));
    expect(new Set(names).size).toBe(4);
    expect(names[0]).toMatch(/^shop-feature-x-[0-9a-f]{4}$/);
  });

  it('is always a name that an app may have', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ab', 'shop', `a${'b'.repeat(39)}`, `a-${'b'.repeat(37)}`),
        fc.string({ minLength: 1, maxLength: 120, unit: 'grapheme' }),
        (app, branch) => {
          expect(isName(previewName(app, branch))).toBe(true);
          expect(previewName(app, branch)).toBe(previewName(app, branch));
        },
      ),
    );
  });
});
