import { describe, expect, it } from 'vitest';
import { EngineError } from '../port.js';
import { toEngineError } from './errors.js';

const answer = (statusCode: number, message: string) =>
  Object.assign(new Error('wrapped'), { statusCode, json: { message } });

describe("the Engine's failures in the port's words", () => {
  it.each([
    [answer(404, 'No such image: 127.0.0.1:5000/a@sha256:0'), 'image_missing'],
    [
      new Error('manifest for 127.0.0.1:5000/a:b not found: manifest unknown: manifest unknown'),
      'image_missing',
    ],
    [
      answer(500, 'Get "http://127.0.0.1:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused'),
      'registry_unreachable',
    ],
    [answer(400, 'invalid reference format'), 'image_invalid'],
    [answer(403, 'Address already in use'), 'address_in_use'],
    [answer(403, 'Pool overlaps with other one on this address space'), 'address_in_use'],
    [answer(400, 'No command specified'), 'no_such_command'],
    [
      answer(
        400,
        'OCI runtime create failed: container_linux.go: starting container process caused: exec: "nope": executable file not found in $PATH: unknown',
      ),
      'no_such_command',
    ],
    [answer(409, 'Conflict. The container name "/x" is already in use'), 'conflict'],
    [answer(500, 'something else'), 'engine_failed'],
    [Object.assign(new Error('connect ENOENT /var/run/docker.sock'), { code: 'ENOENT' }), 'unreachable'],
    [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'unreachable'],
  ])('%s', (error, code) => {
    const mapped = toEngineError(error, 'start the container');
    expect(mapped.code).toBe(code);
    expect(mapped.cause).toBe(error);
  });

  it('names the command that is missing', () => {
    const error = answer(
      400,
      'OCI runtime create failed: x: exec: "nope": executable file not found in $PATH: unknown',
    );
    expect(toEngineError(error, 'start').message).toBe(
      'The start command does not exist in the image: exec: "nope": executable file not found in $PATH.',
    );
  });

  it('leaves alone what it has named already', () => {
    const error = new EngineError('gone', 'The container is gone.');
    expect(toEngineError(error, 'start')).toBe(error);
  });
});
