/**
 * Text of others on its way to a terminal: escape sequences go (they could move the cursor, rename the window, or answer questions
 * in the user's name), but for colours where they are wanted; tabs become spaces, control characters nothing.
 */
export function safe(text: string, colours = false): string {
  if (!colours) return plain(text);
  // Colours at the odd places, everything else between them.
  return text
    .split(SGR)
    .map((part, index) => (index % 2 === 1 ? `\u001b[${part}m` : plain(part)))
    .join('');
}

function plain(text: string): string {
  return text.replace(SEQUENCE, '').replaceAll('\t', '    ').replace(CONTROL, '');
}

const ESC = '\u001b';
const BEL = '\u0007';
const CSI = '\u009b';
/** A change of colour. */
const SGR = new RegExp(`${ESC}\\[([0-9;:]{0,40})m`, 'g');
/** ECMA-48 control sequences, control strings (titles, links, device strings) and two-letter escapes. */
const SEQUENCE = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[ -/]*[0-~])|${CSI}[0-?]*[ -/]*[@-~]`,
  'g',
);
/** Control characters but the line's end, and those that turn the direction of writing. */
const CONTROL = /(?!\n)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

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
