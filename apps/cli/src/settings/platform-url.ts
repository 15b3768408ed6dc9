import { Failure } from '../frame/failure.js';

/** Where `npm start` puts a platform. */
export const DEFAULT_URL = 'http://berth.localhost:8080';

/** The origin of a platform as somebody wrote it: `berth.example.org` is meant as https, `*.localhost` as http. */
export function platformUrl(written: string): string {
  const text = written.trim();
  const host = text.replace(/^[a-z]+:\/\//i, '').split(/[/:]/, 1)[0] ?? '';
  const local = host === 'localhost' || host.endsWith('.localhost') || host === '127.0.0.1';
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `${local ? 'http' : 'https'}://${text}`;
  if (!URL.canParse(full) || !/^https?:$/.test(new URL(full).protocol) || host === '')
    throw new Failure(`"${written}" is not the URL of a platform.`, {
      todo: `Write it as in a browser, for example ${DEFAULT_URL}.`,
      exit: 'usage',
    });
  return new URL(full).origin;
}
