import { describe, expect, it } from 'vitest';
import { npmWords } from './npm-words.mjs';

describe('npm words', () => {
  it('keep the sentence and drop the noise around it', () => {
    const output = [
      'npm error code ECONNREFUSED',
      'npm error syscall connect',
      'npm error FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED 127.0.0.1:9',
      'npm error     at ClientRequest.<anonymous> (/x/y.js:1:2)',
      "npm error   type: 'system'",
      'npm error If you are behind a proxy, please make sure that the config is set properly.',
    ].join('\n');
    expect(npmWords({ output })).toBe(
      'code ECONNREFUSED; FetchError: request to http://127.0.0.1:9/x failed, reason: connect ECONNREFUSED 127.0.0.1:9',
    );
  });

  it('fall back to the first lines of what it does not know', () => {
    expect(npmWords(new Error('spawn npm ENOENT'))).toBe('spawn npm ENOENT');
  });
});
