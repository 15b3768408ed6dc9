import { BerthError } from '#libs/core/errors.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';

/** A client says what it wants within this. */
const startMs = 10_000;

export type StartFrame = ClientFrame & { t: 'start' };

/** What a client asks for: the first of its frames. Throws `terminal_protocol`. */
export async function startFrame(frames: AsyncGenerator<ClientFrame>): Promise<StartFrame> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, startMs, null)));
  const first = await Promise.race([frames.next(), late]).finally(() => clearTimeout(timer));
  if (first?.value?.t === 'start') return first.value;
  throw new BerthError('terminal_protocol', 'A terminal begins with a start message.');
}
