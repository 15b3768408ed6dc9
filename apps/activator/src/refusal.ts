/** Why the activator itself answers, and not the app. */
export interface Refusal {
  status: 400 | 404 | 413 | 502 | 503 | 504;
  /** For programs; also in the header `Berth-Error`. */
  code:
    | 'bad_request'
    | 'unknown_host'
    | 'no_release'
    | 'app_failing'
    | 'app_stopped'
    | 'app_starting'
    | 'app_waking'
    | 'app_busy'
    | 'app_unreachable'
    | 'app_broken_answer'
    | 'app_too_slow'
    | 'body_too_large';
  title: string;
  /** A sentence or two; the last one says what to do next. */
  detail: string;
  /** Lines to type, shown as they are. */
  commands: string[];
  /** Seconds after which it makes sense to try again. */
  retryAfter: number | null;
  /** A page with this tries again by itself. */
  again?: true;
}

export function unknownHost(host: string | null): Refusal {
  return {
    status: 404,
    code: 'unknown_host',
    title: 'No app answers here',
    detail: `${host === null ? 'The request names no valid host.' : `No app has the address ${host}.`} Check the spelling; if the app is yours, look at its domains.`,
    commands: [],
    retryAfter: null,
  };
}

export function noRelease(app: string, gitUrl: string): Refusal {
  return {
    status: 503,
    code: 'no_release',
    title: 'Nothing deployed yet',
    detail: `The app ${app} exists, but nothing has been deployed to it. If it is yours, push your code:`,
    commands: [`git remote add berth ${gitUrl}`, 'git push berth main'],
    retryAfter: null,
  };
}

export function failing(app: string, message: string | null): Refusal {
  return {
    status: 503,
    code: 'app_failing',
    title: 'This app keeps failing',
    detail: `${message ?? `The app ${app} stops soon after it starts.`} Berth goes on trying. If the app is yours, look at its logs.`,
    commands: [],
    retryAfter: 10,
  };
}

export function stopped(app: string, message: string | null): Refusal {
  return {
    status: 503,
    code: 'app_stopped',
    title: 'This app does not run now',
    detail: message ?? `The app ${app} is stopped. If it is yours, start it again.`,
    commands: [],
    retryAfter: null,
  };
}

export function stillStarting(app: string): Refusal {
  return {
    status: 503,
    code: 'app_starting',
    title: 'This app is still starting',
    detail: `The app ${app} did not become ready in time. Try again in a few seconds.`,
    commands: [],
    retryAfter: 5,
  };
}

export function waking(app: string): Refusal {
  return {
    status: 503,
    code: 'app_waking',
    title: 'Just a moment',
    detail: `The app ${app} was asleep and is waking up. This page tries again by itself.`,
    commands: [],
    retryAfter: 1,
    again: true,
  };
}

export function busy(app: string): Refusal {
  return {
    status: 503,
    code: 'app_busy',
    title: 'Too many requests are waiting',
    detail: `The app ${app} has as many requests waiting as Berth holds for it. Try again in a few seconds.`,
    commands: [],
    retryAfter: 2,
  };
}

export function unreachable(app: string): Refusal {
  return {
    status: 502,
    code: 'app_unreachable',
    title: 'This app does not answer',
    detail: `No instance of the app ${app} takes connections at the moment. Try again in a few seconds.`,
    commands: [],
    retryAfter: 2,
  };
}

export function brokenAnswer(app: string): Refusal {
  return {
    status: 502,
    code: 'app_broken_answer',
    title: 'This app gave no valid answer',
    detail: `The app ${app} took the request and then closed the connection or sent something that is not HTTP. If the app is yours, look at its logs.`,
    commands: [],
    retryAfter: null,
  };
}

export function tooSlow(app: string, seconds: number): Refusal {
  return {
    status: 504,
    code: 'app_too_slow',
    title: 'This app did not answer in time',
    detail: `The app ${app} did not begin to answer within ${seconds} s, the limit that its owner set. If it is yours, look at its logs.`,
    commands: [],
    retryAfter: null,
  };
}

export function bodyTooLarge(app: string, bytes: number): Refusal {
  return {
    status: 413,
    code: 'body_too_large',
    title: 'This request is too large',
    detail: `The app ${app} takes bodies of ${bytes} bytes at most, the limit that its owner set. Send less at a time.`,
    commands: [],
    retryAfter: null,
  };
}

export function badRequest(): Refusal {
  return {
    status: 400,
    code: 'bad_request',
    title: 'This request cannot be passed on',
    detail: 'Its target is not a path of this site. Send a path that begins with a slash.',
    commands: [],
    retryAfter: null,
  };
}
