/** The best shell that an image has. */
export const shell: readonly string[] = ['/bin/sh', '-c', 'exec $(command -v bash || echo sh)'];
