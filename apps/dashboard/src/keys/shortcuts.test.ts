import { describe, expect, it } from 'vitest';
import { places, shortcutOf } from './shortcuts.ts';

const nowhere = { app: undefined, team: undefined };
const inShop = { app: 'shop', team: 'crew' };

describe('single keys', () => {
  it('lead to a page of the app that is shown once g was pressed', () => {
    expect(shortcutOf('l', true, inShop)).toEqual({ does: 'go', to: '/apps/shop/logs' });
    expect(shortcutOf('t', true, inShop)).toEqual({ does: 'go', to: '/teams/crew' });
  });

  it('lead nowhere without an app, and mean something else without g', () => {
    expect(shortcutOf('l', true, nowhere)).toBeNull();
    expect(shortcutOf('l', false, inShop)).toBeNull();
    expect(shortcutOf('/', false, nowhere)).toEqual({ does: 'search' });
    expect(shortcutOf('d', false, inShop)).toEqual({ does: 'deploy' });
    expect(shortcutOf('d', false, nowhere)).toBeNull();
  });

  it('have one place each', () => {
    expect(new Set(places.map(({ key }) => key)).size).toBe(places.length);
  });
});
