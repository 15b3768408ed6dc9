import { request } from 'node:http';
import { StringDecoder } from 'node:string_decoder';

/**
 * One HTTP request over TCP or a unix socket, its answer whole in memory (at most `maxBytes`).
 * @param {{ socketPath?: string, host?: string, port?: number, path: string, method?: string,
 *   headers?: Record<string, string>, body?: string | Buffer | import('node:stream').Readable, timeoutMs?: number,
 *   maxBytes?: number, onText?: (text: string) => void }} options `onText` gets the answer in pieces as it comes
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, text: string }>}
 */
export function http(options) {
  return new Promise((resolve, reject) => {
    const { body, timeoutMs = 5000, maxBytes = 8 * 1024 * 1024, onText, ...rest } = options;
    const req = request({ method: 'GET', ...rest, agent: false }, (res) => {
      const chunks = [];
      let size = 0;
      const text = new StringDecoder('utf8');
      res.on('data', (chunk) => {
        size += chunk.length;
        if (size > maxBytes)
          req.destroy(new Error(`Answer of ${options.path} is larger than ${maxBytes} bytes.`));
        else chunks.push(chunk);
        onText?.(text.write(chunk));
      });
      res.on('end', () =>
        resolve({
          status: res.statusCode ?? 0,
          headers: res.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
      res.on('error', reject);
    });
    req.setTimeout(timeoutMs, () =>
      req.destroy(new Error(`No answer to ${options.path} in ${timeoutMs} ms.`)),
    );
    req.on('error', reject);
    if (body && typeof body !== 'string' && !Buffer.isBuffer(body)) {
      body.on('error', (error) => req.destroy(error));
      body.pipe(req);
    } else req.end(body);
  });
}
