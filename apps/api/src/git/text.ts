/** Longest line that is sent; longer ones are cut. */
const LINE_MAX = 1_000;
/** Longest message that a source keeps. */
const MESSAGE_MAX = 200;

/**
 * Text of a stranger (a build's output, a commit's message) made safe for a terminal: no escape sequences, no control characters
 * but tabs, one line, bounded.
 */
export function terminalLine(text: string): string {
  const plain = text
    // CSI (colours, cursor), OSC (titles, links) and other two-character escapes.
    // eslint-disable-next-line no-control-regex
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g, '')
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '')
    .trimEnd();
  return plain.length > LINE_MAX ? `${plain.slice(0, LINE_MAX)}…` : plain;
}

/** What a person says of a deployment, as its source keeps it. */
export function sourceMessage(text: string | undefined): string | undefined {
  return text === undefined ? undefined : terminalLine(text).slice(0, MESSAGE_MAX);
}
