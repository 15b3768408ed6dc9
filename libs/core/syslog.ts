/** What a syslog message tells. */
export interface SyslogLine {
  /** RFC 3339, with any number of digits for parts of a second. */
  at: string;
  app: string;
  /** Process type and instance. */
  process: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

/** local0 is for programs of the site's own. */
const facility = 16;
const severity = { stdout: 6, stderr: 4 };

/** A message of RFC 5424, counted in octets as RFC 6587 frames it on a stream. */
export function syslogFrame({ at, app, process, stream, text }: SyslogLine): Uint8Array {
  const priority = facility * 8 + severity[stream];
  // The standard takes microseconds at most.
  const time = at.replace(/(\.\d{6})\d+/, '$1');
  const words = [`<${priority}>1`, time, 'berth', word(app, 48), word(process, 128), '-', '-'];
  const message = new TextEncoder().encode(`${words.join(' ')} ${text}`);
  const length = new TextEncoder().encode(`${message.length} `);
  const frame = new Uint8Array(length.length + message.length);
  frame.set(length);
  frame.set(message, length.length);
  return frame;
}

/** A field of the header: printable ASCII without blanks. */
function word(text: string, most: number): string {
  return text.replace(/[^\u0021-\u007e]/g, '_').slice(0, most) || '-';
}
