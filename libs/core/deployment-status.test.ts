import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  canMove,
  deploymentStatuses,
  hasEnded,
  sourcesOf,
  unfinishedStatuses,
  type DeploymentStatus,
} from './deployment-status.js';

const ends: DeploymentStatus[] = ['live', 'failed', 'cancelled', 'superseded'];

describe('deployment status table', () => {
  it('has exactly the four ends of the design and nothing leaves them', () => {
    expect(deploymentStatuses.filter(hasEnded)).toEqual(ends);
    for (const end of ends) for (const to of deploymentStatuses) expect(canMove(end, to)).toBe(false);
  });

  it('partitions statuses into ended and unfinished', () => {
    expect([...unfinishedStatuses, ...ends].sort()).toEqual([...deploymentStatuses].sort());
  });

  it('reaches an end from anywhere within four moves, whichever arrows are taken', () => {
    fc.assert(
      fc.property(fc.constantFrom(...deploymentStatuses), fc.infiniteStream(fc.nat()), (start, choices) => {
        let status = start;
        for (let moves = 0; moves <= 4; moves++) {
          if (hasEnded(status)) return true;
          const next = deploymentStatuses.filter((to) => canMove(status, to));
          status = next[(choices.next().value as number) % next.length] as DeploymentStatus;
        }
        return hasEnded(status);
      }),
    );
  });

  it('reaches live only through routing, so that nothing is live before it is routed, or without anything new', () => {
    expect(sourcesOf('live')).toEqual(['building', 'routing']);
    expect(sourcesOf('routing')).toEqual(['starting']);
  });
});
