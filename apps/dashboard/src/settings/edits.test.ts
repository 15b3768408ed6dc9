import { describe, expect, it } from 'vitest';
import { editedOf, typed } from './edits.ts';

const present = { memory: 512, cpus: 1 };

describe('a form that somebody edits', () => {
  it('keeps what they typed and follows what others change beside it', () => {
    const edits = typed(present, {}, { memory: 256 });
    expect(editedOf({ memory: 512, cpus: 2 }, edits)).toEqual({
      form: { memory: 256, cpus: 2 },
      changed: ['memory'],
      overtaken: [],
    });
  });

  it('says what others have changed in the same field, however often it is typed anew', () => {
    const edits = typed({ ...present, memory: 1024 }, typed(present, {}, { memory: 256 }), { memory: 128 });
    expect(editedOf({ ...present, memory: 1024 }, edits)).toMatchObject({ overtaken: ['memory'] });
  });

  it('has nothing to save where what was typed is in force', () => {
    const edits = typed(present, {}, { memory: 256 });
    expect(editedOf({ ...present, memory: 256 }, edits)).toMatchObject({ changed: [], overtaken: [] });
  });
});
