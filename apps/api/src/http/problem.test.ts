import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { problem } from '#libs/contracts/api/common.js';
import { errorCodes } from '#libs/core/error-codes.js';
import { BerthError } from '#libs/core/errors.js';
import { problemOf } from './problem.js';
import { statusOf, titleOf } from './status-of.js';

const newId = () => 'the-id';

describe('problem details', () => {
  it('have a status with a title for every known code', () => {
    for (const code of errorCodes.filter((each) => statusOf[each] !== undefined)) {
      const status = statusOf[code]!;
      const { body } = problemOf(new BerthError(code, 'A sentence.'), newId);
      expect(problem.parse(body)).toMatchObject({
        code,
        status,
        title: titleOf[status],
        detail: 'A sentence.',
      });
    }
  });

  it('show a known error’s details and wrong fields', () => {
    const errors = [{ pointer: '/name', detail: 'Too short.' }];
    const { body } = problemOf(
      new BerthError('invalid_body', 'No.', { details: { errors, most: 3 } }),
      newId,
    );
    expect(body).toMatchObject({ status: 422, errors, details: { most: 3 } });
  });

  it('show nothing of an error that nobody foresaw but an id', () => {
    for (const error of [
      new Error('password=hunter2'),
      new BerthError('sealed_value_unreadable', 'secret key hunter2'),
      'hunter2',
      { code: 'EWHATEVER', message: 'hunter2' },
      null,
    ]) {
      const { body, ours } = problemOf(error, newId);
      expect(ours).toBe(true);
      expect(body).toMatchObject({ status: 500, code: 'internal', errorId: 'the-id' });
      expect(JSON.stringify(body)).not.toContain('hunter2');
    }
  });

  it('say when to try again', () => {
    const limited = new BerthError('rate_limited', 'Slow down.', { details: { retryAfterSeconds: 7 } });
    expect(problemOf(limited).headers).toEqual({ 'Retry-After': '7' });
    expect(problemOf(new BerthError('unavailable', 'Away.')).headers).toEqual({ 'Retry-After': '5' });
  });

  it('ask for a token where one is missing', () => {
    const { headers } = problemOf(new BerthError('unauthenticated', 'Who?'));
    expect(headers).toEqual({ 'WWW-Authenticate': 'Bearer realm="Berth"' });
  });

  it('know the errors of the layers below', () => {
    const known = (error: unknown) => problemOf(error, newId).body.status;
    expect(known(new NotFoundException())).toBe(404);
    expect(known(Object.assign(new Error('x'), { code: 'P1001' }))).toBe(503);
    expect(known(new URIError('x'))).toBe(400);
    const meta = { driverAdapterError: { cause: { originalCode: '22021' } } };
    expect(known(Object.assign(new Error('x'), { code: 'P2039', meta }))).toBe(400);
  });
});
