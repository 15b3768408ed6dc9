import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { csrfHeaders, path, query } from './http.ts';
import { problemOf, unreachable } from './problem.ts';

export type ArchiveType = 'application/gzip' | 'application/zip' | 'application/x-tar';

/**
 * Sends an archive as a new deployment of `app`. XMLHttpRequest, because fetch does not tell how much was sent.
 * `onProgress` gets the share sent, 0 to 1.
 */
export function uploadArchive(
  app: string,
  archive: Blob,
  type: ArchiveType,
  options: { message?: string; onProgress: (share: number) => void; signal: AbortSignal },
): Promise<AcceptedDeployment> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', `/v1${path('apps', app, 'uploads')}${query({ message: options.message })}`);
    xhr.setRequestHeader('Content-Type', type);
    xhr.setRequestHeader('Accept', 'application/json');
    for (const [name, value] of Object.entries(csrfHeaders)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress(event.loaded / event.total);
    };
    xhr.onerror = () => reject(unreachable());
    xhr.onabort = () => reject(new DOMException('The upload was stopped.', 'AbortError'));
    xhr.onload = () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve(JSON.parse(xhr.responseText) as AcceptedDeployment);
      else reject(problemOf(xhr.status, xhr.responseText));
    };
    options.signal.addEventListener('abort', () => xhr.abort(), { once: true });
    xhr.send(archive);
  });
}
