import type { ExplainLayer, ExplainView } from '#libs/contracts/api/explain.js';
import type { Colour, Style } from '../ui/style.js';
import { cut, pad, safe, width, wrap } from '../ui/text.js';

const owners: Record<ExplainLayer['owner'], { label: string; colour: Colour }> = {
  you: { label: 'you', colour: 'green' },
  berth: { label: 'Berth', colour: 'blue' },
  host: { label: 'host', colour: 'magenta' },
};

const TITLE = 24;
/** Where fewer columns are left beside a layer's title, what is said of it stands below. */
const LEAST_BESIDE = 24;

/**
 * The stack under an app as the founding text's picture has it: a box per layer, top to bottom, in the colour of who looks after
 * it; at the side, what the user would decide with SaaS, PaaS and IaaS.
 */
export function drawStack({ app, release, layers }: ExplainView, style: Style, columns: number): string[] {
  const inner = columns - 4;
  const lines = [
    style.bold(
      `${app}${release === null ? ', not released yet' : `, release v${release}`}: who looks after what`,
    ),
    '',
  ];
  let owner: ExplainLayer['owner'] | null = null;
  for (const layer of layers) {
    const paint = style[owners[layer.owner].colour];
    if (layer.owner !== owner) {
      if (owner !== null) lines.push(style[owners[owner].colour](`└${'─'.repeat(columns - 2)}┘`));
      lines.push(heading(layer, paint, style, columns));
    } else lines.push(paint(`├${'─'.repeat(columns - 2)}┤`));
    owner = layer.owner;
    for (const line of layerLines(layer, style, inner))
      lines.push(`${paint('│')} ${pad(line, inner)} ${paint('│')}`);
  }
  if (owner !== null) lines.push(style[owners[owner].colour](`└${'─'.repeat(columns - 2)}┘`));
  return [...lines, '', ...decisions(layers, style, columns)];
}

function heading(
  { owner }: ExplainLayer,
  paint: (text: string) => string,
  style: Style,
  columns: number,
): string {
  const says = {
    you: 'yours: the app',
    berth: 'Berth’s: the platform (PaaS)',
    host: 'the host owner’s: infrastructure (IaaS)',
  }[owner];
  const title = cut(`┌─ ${says} `, columns - 1);
  return paint(style.bold(title) + `${'─'.repeat(Math.max(0, columns - width(title) - 1))}┐`);
}

function layerLines({ title, about, facts }: ExplainLayer, style: Style, columns: number): string[] {
  const room = columns - TITLE - 2;
  const named = Math.min(22, Math.max(0, ...facts.map(({ name }) => width(safe(name)))));
  return [
    ...(room >= LEAST_BESIDE
      ? wrap(about, room).map(
          (line, at) => `${style.bold(pad(at === 0 ? cut(title, TITLE) : '', TITLE))}  ${style.dim(line)}`,
        )
      : [style.bold(cut(title, columns)), ...wrap(about, columns).map((line) => style.dim(line))]),
    ...facts.flatMap(({ name, value, why }) =>
      pieces(shorten(safe(why === undefined ? value : `${value} (${why})`)), columns - named - 4).map(
        (line, index) => `  ${pad(index === 0 ? safe(name) : '', named)}  ${line}`,
      ),
    ),
  ];
}

/** Like wrap, but a word that is longer than a line is broken too, or it would burst its box. */
function pieces(text: string, columns: number): string[] {
  return wrap(text, columns).flatMap((line) => {
    const parts = [''];
    for (const letter of line) {
      const last = parts.length - 1;
      if (width(`${parts[last]}${letter}`) > columns) parts.push(letter);
      else parts[last] += letter;
    }
    return parts;
  });
}

/** Digests and ids to the length that people compare. */
function shorten(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1');
}

/** What would you decide if you rented it as …? The engine and what is below it are the choice of an IaaS customer but the machine. */
function decisions(layers: readonly ExplainLayer[], style: Style, columns: number): string[] {
  const room = Math.min(TITLE, columns - 25);
  const dot = (yours: boolean): string => (yours ? style.green('● you') : style.dim('○    '));
  return [
    `${pad(cut('What you would decide with', room + 2), room + 2)}  ${pad('SaaS', 8)}${pad('PaaS', 8)}IaaS`,
    ...layers.map(({ title, owner, name }) =>
      `  ${pad(cut(title, room), room)}  ${pad(dot(false), 8)}${pad(dot(owner === 'you'), 8)}${pad(dot(name !== 'hardware'), 8)}`.trimEnd(),
    ),
    ...wrap(
      'Berth is a PaaS: yours are the app, its config and its data; everything below is looked after.',
      columns - 2,
    ).map((line) => `  ${style.dim(line)}`),
  ];
}
