import { expect, it } from 'vitest';
import { triggers, type DeploymentTrigger } from '#libs/contracts/api/deployments.js';
import type { AppState } from '#libs/store/app-states.js';
import { trialOf } from './trial.js';

const state = (trigger: DeploymentTrigger) =>
  ({
    app: { scale: { web: 1 }, rollout: { enabled: true } },
    live: { releaseId: 'before' },
    next: { trigger, releaseId: 'after' },
    split: null,
  }) as unknown as AppState;

it('what changes an app is given to its visitors step by step, what is known already at once', () => {
  const atOnce = triggers.filter((trigger) => trialOf(state(trigger)) === null);
  expect(atOnce).toEqual(['restart', 'rollback', 'promote']);
});
