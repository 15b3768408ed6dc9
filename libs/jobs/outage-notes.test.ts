import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { noteOutages } from './outage-notes.js';

describe('an outage of Redis', () => {
  it('is noted once a minute, however many queues fail how often', () => {
    const queues = [new EventEmitter(), new EventEmitter()];
    const notes: string[] = [];
    const clock = { now: 0 };
    noteOutages(
      queues,
      (note) => notes.push(note),
      () => clock.now,
    );
    const fail = () => queues.forEach((queue) => queue.emit('error', new Error('ECONNREFUSED')));
    for (let turn = 0; turn < 10; turn++) fail();
    expect(notes).toEqual(['Redis does not answer (ECONNREFUSED); jobs wait in the outbox until it does.']);
    clock.now = 61_000;
    fail();
    expect(notes).toHaveLength(2);
  });
});
