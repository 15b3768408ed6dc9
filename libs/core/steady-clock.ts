/**
 * Milliseconds since 1970 by a clock that does not jump: the host's when this process began, and what has passed since. For whatever
 * waits or measures; a host's own clock is set now and then, by an hour perhaps.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}
