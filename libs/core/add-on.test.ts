import { expect, it } from 'vitest';
import { addOnKinds, addOnUrl, isAddOn } from './add-on.js';

it('the URL of an add-on names its instances inside its team, and has the password only for who attaches it', () => {
  expect(addOnUrl({ kind: 'postgres', name: 'data' })).toBe('postgresql://data.direct.internal:5432/berth');
  expect(addOnUrl({ kind: 'postgres', name: 'data' }, 'secret')).toBe(
    'postgresql://berth:secret@data.direct.internal:5432/berth',
  );
  expect(addOnUrl({ kind: 'redis', name: 'cache' }, 'secret')).toBe(
    'redis://default:secret@cache.direct.internal:6379',
  );
});

it('an app is no add-on', () => {
  expect([...addOnKinds, 'app', ''].filter(isAddOn)).toEqual([...addOnKinds]);
});
