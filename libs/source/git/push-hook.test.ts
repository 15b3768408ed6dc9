import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPushHook } from './push-hook.js';

const secret = 'hush';
const after = '0123456789abcdef0123456789abcdef01234567';
const body = Buffer.from(JSON.stringify({ ref: 'refs/heads/main', after, commits: [] }));
const hmac = (of: Buffer, key = secret) => createHmac('sha256', key).update(of).digest('hex');
const github = (of = body, key = secret) => ({
  'x-github-event': 'push',
  'x-hub-signature-256': `sha256=${hmac(of, key)}`,
});
const push = { kind: 'push', ref: 'refs/heads/main', commit: after };

describe('readPushHook', () => {
  it('knows GitHub, GitLab and Gitea by what each shows', () => {
    expect(readPushHook(github(), body, secret)).toEqual(push);
    const gitlab = { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': secret };
    expect(readPushHook(gitlab, body, secret)).toEqual(push);
    const gitea = { 'x-gitea-event': 'push', 'x-gitea-signature': hmac(body), ...github() };
    expect(readPushHook(gitea, body, secret)).toEqual(push);
    expect(readPushHook({ ...github(), 'x-github-event': 'ping' }, body, secret)).toEqual({ kind: 'other' });
  });

  it('takes nothing that is not signed with the secret, or not as it came', () => {
    expect(readPushHook(github(body, 'other'), body, secret)).toBeNull();
    expect(readPushHook({ 'x-github-event': 'push' }, body, secret)).toBeNull();
    expect(readPushHook({ 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': 'no' }, body, secret)).toBeNull();
    // A proof of one kind does not count as that of another.
    expect(readPushHook({ 'x-github-event': 'push', 'x-gitlab-token': secret }, body, secret)).toBeNull();
    expect(readPushHook({}, body, secret)).toBeNull();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, at) => {
        const changed = Buffer.from(body);
        changed[at % body.length] = (changed[at % body.length]! + 1 + (bytes[0]! % 255)) % 256;
        expect(readPushHook(github(), changed, secret)).toBeNull();
      }),
    );
  });

  it('takes any signed body, and makes a push only of one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const of = Buffer.from(text);
        expect(readPushHook(github(of), of, secret)).toEqual({ kind: 'other' });
      }),
    );
  });
});
