const ESC = '\u001b';
const BEL = '\u0007';
/** Control sequences, control strings (titles, links) and two-letter escapes of ECMA-48. */
const SEQUENCE = new RegExp(
  `${ESC}(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[ -/]*[0-~])`,
  'g',
);
/** A line of a terminal is drawn in at most so many letters. */
const LONGEST = 16 * 1024;

/**
 * What a line of a terminal's output reads like: escape sequences go, a carriage return and a backspace write over what stands
 * there, as on the screen. What moves the cursor elsewhere (an editor, `top`) is not followed.
 */
export function terminalText(line: string): string {
  const drawn: string[] = [];
  let column = 0;
  for (const letter of line.replace(SEQUENCE, '')) {
    if (letter === '\r') column = 0;
    else if (letter === '\b') column = Math.max(0, column - 1);
    else if (letter === '\t' || !/\p{Cc}/u.test(letter)) {
      if (column >= LONGEST) break;
      drawn[column] = letter;
      column += 1;
    }
  }
  return drawn.join('').trimEnd();
}
