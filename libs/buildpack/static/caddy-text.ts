/**
 * The only way in which an author's text becomes part of the server's configuration: a quoted word in which nothing is expanded.
 * Throws RangeError for what `isWritable` refuses.
 */
export function word(text: string): string {
  return quoted(text.replace(/[{}]/g, (brace) => `\\${brace}`));
}

/** A text in which what stands between braces is the server's own placeholder; made by Berth, never by an author. */
export function quoted(text: string): string {
  if (!isWritable(text)) throw new RangeError('This cannot be a word of the configuration.');
  return `\`${text}\``;
}

/** May a text stand in the configuration? Between backticks all is literal but a backtick, and `{$NAME}` anywhere. */
export function isWritable(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u001f\u007f`]/.test(text) && !text.includes('{$');
}

/** A text as a pattern that matches it and nothing else (RE2, as Go has it). */
export function literal(text: string): string {
  // Braces as numbers: the server would take them for its own placeholders.
  return text.replace(/[\\.+*?()|[\]{}^$]/g, (character) =>
    character === '{' ? '\\x7b' : character === '}' ? '\\x7d' : `\\${character}`,
  );
}

/** A path with `:name` and `*` as a pattern; gives the names of its groups in their order, `splat` for the `*` at its end. */
export function pathPattern(path: string): { pattern: string; names: string[] } {
  const names: string[] = [];
  const rest = path.endsWith('/*');
  const fixed = (rest ? path.slice(0, -2) : path).replace(/\/+$/, '');
  const parts = fixed.split('/').map((part) => {
    if (/^:[A-Za-z_]\w*$/.test(part)) {
      names.push(part.slice(1));
      return '([^/]+)';
    }
    return part.split('*').map(literal).join('[^/]*');
  });
  if (rest) names.push('splat');
  // `/blog/*` is about `/blog` too, and `/blog` about `/blog/`.
  return { pattern: `^${parts.join('/')}${rest ? '(?:/(.*))?' : '/?'}$`, names };
}
