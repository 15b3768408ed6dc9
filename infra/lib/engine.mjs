import { createReadStream } from 'node:fs';
import { buildOutput } from './build-lines.mjs';
import { http } from './http.mjs';

/**
 * The few calls that infra makes to a Docker Engine, over `unix://` or `tcp://` (no TLS). Paths carry no version:
 * the Engine then answers in its own.
 */
export class Engine {
  /** @param {string} dockerHost */
  constructor(dockerHost) {
    const url = new URL(dockerHost);
    this.host = dockerHost;
    this.target =
      url.protocol === 'unix:'
        ? { socketPath: url.pathname }
        : { host: url.hostname, port: Number(url.port || 2375) };
  }

  /** @returns {Promise<any>} parsed JSON, or null for an empty answer; throws with the Engine's own message */
  async call(method, path, { body, headers = {}, timeoutMs = 30_000 } = {}) {
    const json = body !== undefined && !headers['content-type'];
    const answer = await http({
      ...this.target,
      method,
      path,
      timeoutMs,
      headers: json ? { 'content-type': 'application/json', ...headers } : headers,
      body: json ? JSON.stringify(body) : body,
    });
    const parsed = parse(answer.text);
    if (answer.status >= 400) {
      throw Object.assign(
        new Error(parsed?.message ?? `The Engine answered ${answer.status} to ${method} ${path}.`),
        { status: answer.status },
      );
    }
    return parsed;
  }

  async answers(timeoutMs = 2000) {
    return this.call('GET', '/version', { timeoutMs }).catch(() => null);
  }

  /** What the Engine knows of an image, or null. */
  async image(reference) {
    return this.call('GET', `/images/${encodeURIComponent(reference)}/json`).catch((error) => {
      if (error.status === 404) return null;
      throw error;
    });
  }

  /** Image id of a reference, or null. */
  async imageId(reference) {
    return (await this.image(reference))?.Id ?? null;
  }

  /** `docker import`: a root file system in a tar becomes an image. `changes` are Dockerfile lines. */
  async importImage(tarPath, reference, changes = []) {
    const [repo, tag] = splitTag(reference);
    const query = new URLSearchParams({ fromSrc: '-', repo, tag });
    for (const change of changes) query.append('changes', change);
    await this.stream(`/images/create?${query}`, createReadStream(tarPath));
  }

  async pull(reference, timeoutMs) {
    const [fromImage, tag] = splitTag(reference);
    await this.stream(`/images/create?${new URLSearchParams({ fromImage, tag })}`, undefined, timeoutMs);
  }

  /** `docker load` of what `docker save` wrote, packed or not. */
  async load(tarPath) {
    await this.stream('/images/load?quiet=1', createReadStream(tarPath));
  }

  /** A build by BuildKit of a tar that holds a Dockerfile. `onLine` gets what its commands print, as they print it. */
  async build(tarPath, { tag, labels = {}, args = {}, timeoutMs = 900_000, onLine }) {
    const query = new URLSearchParams({
      version: '2',
      ...(tag && { t: tag }),
      labels: JSON.stringify(labels),
      buildargs: JSON.stringify(args),
      networkmode: 'default',
    });
    const lines = onLine && wholeLines(onLine);
    const onMessage = (message) => {
      if (message.id === 'moby.buildkit.trace' && typeof message.aux === 'string')
        lines?.(buildOutput(message.aux));
    };
    await this.stream(`/build?${query}`, createReadStream(tarPath), timeoutMs, onMessage);
  }

  /** Calls that answer with a stream of JSON messages, in which an error may come late. */
  async stream(path, body, timeoutMs = 600_000, onMessage = undefined) {
    const seen = onMessage && wholeLines((line) => onMessage(parse(line) ?? {}));
    const answer = await http({
      ...this.target,
      method: 'POST',
      path,
      body,
      timeoutMs,
      headers: { 'content-type': 'application/x-tar' },
      onText: seen,
    });
    const messages = answer.text.split('\n').filter((line) => line.trim());
    const parsed = messages.map(parse).filter(Boolean);
    const failed = parsed.find((message) => message.error);
    if (failed) throw new Error(failed.error);
    if (answer.status >= 400)
      throw new Error(parsed[0]?.message ?? `The Engine answered ${answer.status} to ${path}.`);
  }
}

/** Takes text in pieces and hands on each line that is whole; empty ones are left out. */
function wholeLines(onLine) {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split(/\r\n|\r|\n/);
    rest = lines.pop();
    for (const line of lines) if (line.trim()) onLine(line.trimEnd());
  };
}

/** `name:tag` in two; the colon of a port is not a tag's. */
export function splitTag(reference) {
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? [reference.slice(0, colon), reference.slice(colon + 1)]
    : [reference, 'latest'];
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
