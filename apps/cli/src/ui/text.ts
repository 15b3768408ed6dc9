/**
 * Text of others on its way to a terminal: escape sequences go (they could move the cursor, rename the window, or answer questions
 * in the user's name), but for colours where they are wanted; tabs become spaces, control characters nothing.
 */
export function safe(text: string, colours = false): string {
  const kept = colours ? text.replace(SGR, '\u0001$1\u0002') : text;
  const plain = kept
    .replace(OTHER_SEQUENCES, '')
    .replaceAll('\t', '    ')
    .replace(colours ? CONTROL_BUT_MARKS : CONTROL, '');
  return colours ? plain.replace(MARKED, '\u001b[$1m') : plain;
}
const SGR = new RegExp('\\u001b\\[([0-9;:]{0,40})m', 'g');
const OTHER_SEQUENCES = new RegExp(
  '\\u001b(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^\\u0007\\u001b]*(?:\\u0007|\\u001b\\\\)?|[ -/]*[0-~])|\\u009b[0-?]*[ -/]*[@-~]',
  'g',
);
const CONTROL = new RegExp(
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]',
  'g',
);
const CONTROL_BUT_MARKS = new RegExp(
  '[\\u0000\\u0003-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]',
  'g',
);
const MARKED = new RegExp('\\u0001([0-9;:]{0,40})\\u0002', 'g');

/** Columns that a text takes: wide letters (Chinese, Japanese, Korean, emoji) two, combining marks none, colours none. */
export function width(text: string): number {
  let columns = 0;
  for (const letter of text.replace(SGR, '')) columns += letterWidth(letter);
  return columns;
}

function letterWidth(letter: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(letter)) return 0;
  return /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\p{Emoji_Presentation}\u{20000}-\u{3fffd}]$/u.test(
    letter,
  )
    ? 2
    : 1;
}

/** Shortens to so many columns, the cut shown by an ellipsis. */
export function cut(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let used = 0;
  for (const letter of text) {
    used += letterWidth(letter);
    if (used > columns - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)));
}

export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - width(text))) + text;
}

/** Breaks a paragraph at spaces into lines of at most so many columns; a longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
