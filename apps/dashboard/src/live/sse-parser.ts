/** One message of a text/event-stream. */
export interface SseMessage {
  event: string;
  data: string;
  /** The last event id seen so far, or null. */
  id: string | null;
}

/**
 * Parses text/event-stream as it arrives (WHATWG HTML, section 9.2.6). Feed it decoded text in pieces of any size;
 * returns the messages that became whole.
 */
export function makeSseParser(): (chunk: string) => SseMessage[] {
  let rest = '';
  let data: string[] = [];
  let event = '';
  let id: string | null = null;

  const takeLine = (line: string): SseMessage | null => {
    if (line === '') {
      const message = data.length > 0 ? { event: event || 'message', data: data.join('\n'), id } : null;
      data = [];
      event = '';
      return message;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    return null;
  };

  return (chunk) => {
    rest += chunk;
    const messages: SseMessage[] = [];
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(rest);
      if (!end) return messages;
      const message = takeLine(rest.slice(0, end.index));
      rest = rest.slice(end.index + end[0].length);
      if (message) messages.push(message);
    }
  };
}
