import { useState } from 'react';
import type { AppChange, AppView } from '#libs/contracts/api/apps.js';
import { editedOf, typed, type Edited, type Edits } from './edits.ts';
import { useUnsaved } from '../ui/unsaved.tsx';
import { useChange } from './use-change.tsx';

/** A form over settings of an app, and how it is saved. */
export interface SettingsEdits<T> extends Edited<T> {
  edit: (fields: Partial<T>) => void;
  /** Takes all edits back. */
  forget: () => void;
  /** Saves what is based on the settings that are shown now; otherwise the server refuses it. */
  save: (change: AppChange) => void;
  busy: boolean;
  error: Error | null;
}

/** Edits of settings. `present` holds what is in force, as the fields show it. */
export function useEdits<T extends object>(app: AppView, present: T): SettingsEdits<T> {
  const [edits, setEdits] = useState<Edits<T>>({});
  const forget = () => setEdits({});
  const { save, busy, error } = useChange(app.name, forget);
  const edited = editedOf(present, edits);
  useUnsaved(edited.changed.length > 0);
  return {
    ...edited,
    ...{ forget, busy, error },
    edit: (fields) => setEdits((now) => typed(present, now, fields)),
    save: (change) => save({ ...change, revision: app.revision }),
  };
}
