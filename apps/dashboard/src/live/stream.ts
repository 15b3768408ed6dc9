import { whilePresent } from '../client/presence.ts';
import { ApiProblem, problemOf } from '../client/problem.ts';
import { makeSseParser, type SseMessage } from './sse-parser.ts';

/** `lost`: trying again; `refused`: the server said no, and asking again would not help. */
export type StreamState = 'connecting' | 'open' | 'lost' | 'refused' | 'ended';

export interface StreamOptions {
  onMessage: (message: SseMessage) => void;
  onState: (state: StreamState, problem: ApiProblem | null) => void;
  /** Called when a connection stands, the first one too: what was missed before it may be read again. */
  onConnect?: () => void;
  /** Resume after this event id at the first connection. */
  lastEventId?: string | null;
}

/** A stream without a byte for this long counts as lost; the server sends a comment every 15 s. */
const IDLE_MS = 45_000;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 10_000;

/**
 * Follows a server-sent event stream until the returned function is called: reconnects with growing delay, resumes by
 * Last-Event-ID, and notices a connection that died without an end. (The browser's EventSource does none of the three
 * when a proxy answers 502 while the server restarts.)
 */
export function openStream(url: string, options: StreamOptions): { close: () => void; end: () => void } {
  const stop = new AbortController();
  let state: StreamState | null = null;
  let lastEventId = options.lastEventId ?? null;
  let delay = FIRST_DELAY_MS;
  let wake: (() => void) | null = null;

  const setState = (next: StreamState, problem: ApiProblem | null = null) => {
    if (next === state || stop.signal.aborted) return;
    state = next;
    options.onState(next, problem);
  };

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const online = () => wake?.();
  window.addEventListener('online', online);
  // What came before the network went is whole; a connection of before it may never tell that it is dead.
  let cut: (() => void) | null = null;
  const offline = () => cut?.();
  window.addEventListener('offline', offline);

  /** One connection, to its end. Answers whether to come back. */
  const connect = async (): Promise<boolean> => {
    const attempt = new AbortController();
    const abort = () => attempt.abort();
    stop.signal.addEventListener('abort', abort, { once: true });
    cut = abort;
    let idle: ReturnType<typeof setTimeout> | undefined;
    const expectMore = () => {
      clearTimeout(idle);
      idle = setTimeout(abort, IDLE_MS);
    };
    const answered = async () => {
      expectMore();
      const response = await fetch(url, {
        headers: {
          Accept: 'text/event-stream',
          ...(lastEventId === null ? {} : { 'Last-Event-ID': lastEventId }),
        },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: attempt.signal,
      });
      if (response.ok && response.body !== null) return response.body;
      const problem = problemOf(response.status, await response.text());
      // Who has to sign in first takes as long as that takes.
      clearTimeout(idle);
      throw problem;
    };
    try {
      const body = await whilePresent(answered, attempt.signal);
      setState('open');
      delay = FIRST_DELAY_MS;
      options.onConnect?.();
      const parse = makeSseParser();
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return true;
        expectMore();
        for (const message of parse(value)) {
          if (message.id !== null) lastEventId = message.id;
          options.onMessage(message);
          if (stop.signal.aborted) return false;
        }
      }
    } catch (error) {
      if (!(error instanceof ApiProblem) || !isFinal(error.status)) return true;
      setState('refused', error);
      return false;
    } finally {
      clearTimeout(idle);
      stop.signal.removeEventListener('abort', abort);
      attempt.abort();
    }
  };

  const follow = async () => {
    setState('connecting');
    while (!stop.signal.aborted) {
      const again = await connect();
      if (!again || stop.signal.aborted) return;
      setState('lost');
      // Many pages lose the same server at once: spread their return.
      await pause(delay * (0.75 + Math.random() / 2));
      delay = Math.min(delay * 2, MAX_DELAY_MS);
    }
  };
  void follow();

  const close = () => {
    window.removeEventListener('online', online);
    window.removeEventListener('offline', offline);
    stop.abort();
    wake?.();
  };
  return {
    close,
    end: () => {
      setState('ended');
      close();
    },
  };
}

const isFinal = (status: number) => status >= 400 && status < 500 && status !== 429;
