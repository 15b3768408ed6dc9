import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { csrfHeaders, path, query } from './http.ts';
import { newIdempotencyKey, repeatUntilAnswered } from './idempotency.ts';
import { whilePresent } from './presence.ts';
import { problemOf, unreachable } from './problem.ts';

export type ArchiveType = 'application/gzip' | 'application/zip' | 'application/x-tar';

/** So long may pass without a byte sent, or, once all are, without an answer: the server unpacks before it answers. */
const SILENCE_MS = 60_000;

interface UploadOptions {
  message?: string;
  /** Gets the share sent, 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/**
 * Sends an archive as a new deployment of `app`. Sent again when no answer came; the Idempotency-Key keeps it one deployment.
 */
export function uploadArchive(
  app: string,
  archive: Blob,
  type: ArchiveType,
  options: UploadOptions,
): Promise<AcceptedDeployment> {
  const url = `/v1${path('apps', app, 'uploads')}${query({ message: options.message })}`;
  const headers = { 'Content-Type': type, 'Idempotency-Key': newIdempotencyKey(), ...csrfHeaders };
  const asked = () => repeatUntilAnswered(() => send(url, headers, archive, options), options.signal);
  return whilePresent(asked, options.signal);
}

/** One try. XMLHttpRequest, because fetch does not tell how much was sent. */
function send(
  url: string,
  headers: Record<string, string>,
  archive: Blob,
  options: UploadOptions,
): Promise<AcceptedDeployment> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', url);
    xhr.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(headers)) xhr.setRequestHeader(name, value);
    let silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => xhr.abort(), SILENCE_MS);
    };
    const stop = () => xhr.abort();
    xhr.upload.onprogress = (event) => {
      heard();
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    };
    xhr.onerror = () => reject(unreachable());
    xhr.onabort = () =>
      reject(
        options.signal.aborted ? new DOMException('The upload was stopped.', 'AbortError') : unreachable(),
      );
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve(JSON.parse(xhr.responseText) as AcceptedDeployment);
      else reject(problemOf(xhr.status, xhr.responseText));
    };
    xhr.onloadend = () => {
      clearTimeout(silence);
      options.signal.removeEventListener('abort', stop);
    };
    options.signal.addEventListener('abort', stop, { once: true });
    xhr.send(archive);
  });
}
