import { describe, expect, it } from 'vitest';
import { checkTriggers } from './triggers.js';

describe('what a base image has builds do', () => {
  it.each([
    'ADD http://127.0.0.1:5000/v2/_catalog /x',
    'ADD ht\\\ntp://127.0.0.1:5000/ /x',
    'COPY --from=localhost:5000/apps/other /a /b',
    'RUN --mount=type=Cache,id=theirs,target=/c true',
    'RUN --mount type=cache,id=theirs,target=/c true',
    'RUN --mount=from=127.0.0.1:5000/apps/other,target=/m true',
    'RUN --network=host id',
    '# escape=`\nADD http://127.0.0.1/ /x',
  ])('is refused where a Dockerfile may not say it: %s', (trigger) => {
    expect(() => checkTriggers('evil', ['RUN true', trigger])).toThrowError(
      expect.objectContaining({ code: 'dockerfile_onbuild', message: expect.stringContaining('evil') }),
    );
  });

  it('is allowed where it is the usual', () => {
    const triggers = ['COPY package*.json ./', 'RUN npm install && npm cache clean --force', 'COPY . .'];
    expect(() =>
      checkTriggers('node:8-onbuild', [...triggers, 'ARG NODE_ENV', 'ENV NODE_ENV $NODE_ENV']),
    ).not.toThrow();
  });
});
