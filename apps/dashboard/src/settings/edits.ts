/** What somebody typed into a form: each field that they touched, with what stood there when they began. */
export type Edits<T> = { [K in keyof T]?: Edit<T[K]> };
interface Edit<V> {
  from: V;
  to: V;
}

/** A form as it is shown, over what is in force. */
export interface Edited<T> {
  /** What was not touched follows what others change; what was stays as it was typed. */
  form: T;
  /** Fields in which the form differs from what is in force. */
  changed: (keyof T)[];
  /** Those of them that somebody else has changed since. */
  overtaken: (keyof T)[];
}

export function editedOf<T extends object>(present: T, edits: Edits<T>): Edited<T> {
  const touched = Object.entries(edits) as [keyof T, Edit<T[keyof T]>][];
  const form = { ...present };
  for (const [key, { to }] of touched) form[key] = to;
  const changed = touched.filter(([key, { to }]) => to !== present[key]);
  const overtaken = changed.filter(([key, { from }]) => from !== present[key]);
  return { form, changed: changed.map(([key]) => key), overtaken: overtaken.map(([key]) => key) };
}

/** Adds what was typed just now. */
export function typed<T extends object>(present: T, edits: Edits<T>, fields: Partial<T>): Edits<T> {
  const next = { ...edits };
  for (const [key, to] of Object.entries(fields) as [keyof T, T[keyof T]][])
    next[key] = { from: present[key], ...edits[key], to };
  return next;
}
