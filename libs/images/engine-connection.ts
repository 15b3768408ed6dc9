import Docker from 'dockerode';

/**
 * A client of the Engine at `dockerHost` (unix:///path or tcp://host:port). No API version is pinned: the Engine answers
 * in its own newest one.
 */
export function connectEngine(dockerHost: string): Docker {
  const url = new URL(dockerHost);
  if (url.protocol === 'unix:') return new Docker({ socketPath: decodeURIComponent(url.pathname) });
  if (url.protocol === 'tcp:') {
    return new Docker({ protocol: 'http', host: url.hostname, port: Number(url.port || 2375) });
  }
  throw new Error(`DOCKER_HOST must be unix:///path or tcp://host:port, not ${url.protocol}//…`);
}
