/* eslint-disable no-control-regex -- escape sequences are made of control characters */
/** A stretch of text in one look; `look` names classes of styles.css. */
export interface Span {
  text: string;
  look: string;
}

interface Look {
  colour: number | null;
  bold: boolean;
  dim: boolean;
  italic: boolean;
  underline: boolean;
}
const plain: Look = { colour: null, bold: false, dim: false, italic: false, underline: false };

// SGR sequences are read; every other control sequence (cursor moves, titles) is dropped.
const SEQUENCE =
  /\x1b\[([0-9;]*)m|\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]/g;

/** Splits a line with ANSI colours into spans. Text alone, never markup: nothing that an app prints can act. */
export function ansiSpans(line: string): Span[] {
  const spans: Span[] = [];
  let look = plain;
  let from = 0;
  const push = (text: string) => {
    if (text !== '') spans.push({ text, look: lookClasses(look) });
  };
  for (const match of line.matchAll(SEQUENCE)) {
    push(line.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[1] !== undefined) look = applied(look, match[1]);
  }
  push(line.slice(from));
  return spans;
}

function applied(look: Look, codes: string): Look {
  let next = look;
  const list = codes === '' ? [0] : codes.split(';').map(Number);
  for (let index = 0; index < list.length; index += 1) {
    const code = list[index] ?? 0;
    if (code === 38 || code === 48) {
      // 256 and true colours: skip their arguments; the eight basic ones are enough for a log.
      index += list[index + 1] === 5 ? 2 : 4;
    } else next = appliedOne(next, code);
  }
  return next;
}

function appliedOne(look: Look, code: number): Look {
  if (code === 0) return plain;
  if (code === 1) return { ...look, bold: true };
  if (code === 2) return { ...look, dim: true };
  if (code === 3) return { ...look, italic: true };
  if (code === 4) return { ...look, underline: true };
  if (code === 22) return { ...look, bold: false, dim: false };
  if (code === 23) return { ...look, italic: false };
  if (code === 24) return { ...look, underline: false };
  if (code >= 30 && code <= 37) return { ...look, colour: code - 30 };
  if (code >= 90 && code <= 97) return { ...look, colour: code - 90 };
  if (code === 39) return { ...look, colour: null };
  return look;
}

function lookClasses(look: Look): string {
  return [
    look.colour !== null && `ansi-${look.colour}`,
    look.bold && 'ansi-bold',
    look.dim && 'ansi-dim',
    look.italic && 'ansi-italic',
    look.underline && 'ansi-underline',
  ]
    .filter(Boolean)
    .join(' ');
}
