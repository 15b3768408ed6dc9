import { BerthError } from '#libs/core/errors.js';
import type { ClientFrame } from '#libs/contracts/terminal.js';

/** A client says what it wants within this. */
const startMs = 10_000;

/** What a client asks for: the first of its frames, which must be of this kind. Throws `terminal_protocol`. */
export async function startFrame<T extends 'start' | 'run' | 'attach'>(
  frames: AsyncGenerator<ClientFrame>,
  kind: T,
): Promise<ClientFrame & { t: T }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(resolve, startMs, null)));
  const first = await Promise.race([frames.next(), late]).finally(() => clearTimeout(timer));
  const frame = first?.value as ClientFrame | undefined;
  if (frame?.t === kind) return frame as ClientFrame & { t: T };
  throw new BerthError('terminal_protocol', `This terminal begins with a message of the kind "${kind}".`);
}
