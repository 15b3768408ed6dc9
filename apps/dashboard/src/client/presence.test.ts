import { afterEach, describe, expect, it, vi } from 'vitest';
import { setPresence, whilePresent } from './presence.ts';
import { ApiProblem } from './problem.ts';

const refusal = new ApiProblem({ status: 401, code: 'unauthenticated', detail: 'Sign in.' });
/** Refused while the session is over, as a server does. */
const server = () => {
  const state = { signedIn: false, asked: 0 };
  const ask = () => {
    state.asked += 1;
    return state.signedIn ? Promise.resolve('done') : Promise.reject(refusal);
  };
  return { state, ask };
};

afterEach(() => setPresence('nobody'));

describe('a request whose session has ended', () => {
  it('waits for the user to be back, and is then made once more', async () => {
    const { state, ask } = server();
    setPresence('signed-in');
    const asked = whilePresent(ask);
    await vi.waitFor(() => expect(state.asked).toBe(1));
    state.signedIn = true;
    setPresence('signed-in');
    expect(await asked).toBe('done');
    expect(state.asked).toBe(2);
  });

  it('is refused at once where nobody had signed in', async () => {
    const { ask } = server();
    await expect(whilePresent(ask)).rejects.toBe(refusal);
  });

  it('is refused when the user leaves', async () => {
    const { state, ask } = server();
    setPresence('signed-in');
    const asked = whilePresent(ask);
    await vi.waitFor(() => expect(state.asked).toBe(1));
    setPresence('nobody');
    await expect(asked).rejects.toBe(refusal);
  });

  it('says nothing of a session that began meanwhile', async () => {
    const { state, ask } = server();
    setPresence('signed-in');
    let refuse = () => {};
    const late = new Promise<never>((_, reject) => (refuse = () => reject(refusal)));
    const asked = whilePresent(() => (state.asked === 0 ? ((state.asked += 1), late) : ask()));
    setPresence('ended');
    state.signedIn = true;
    setPresence('signed-in');
    refuse();
    expect(await asked).toBe('done');
  });

  it('is given up with the page that asked', async () => {
    const { state, ask } = server();
    const stop = new AbortController();
    setPresence('signed-in');
    const asked = whilePresent(ask, stop.signal);
    await vi.waitFor(() => expect(state.asked).toBe(1));
    stop.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
  });
});
