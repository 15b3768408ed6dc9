/** Why a build stops although nothing went wrong with it. Used as the reason of its abort signal. */
export class Stopped extends Error {
  constructor(
    /**
     * ended: the deployment was cancelled or superseded. lost: another worker holds it, or the lease could not be kept.
     * shutdown: this process ends and gives the work back. timeout: the build took too long.
     */
    readonly why: 'ended' | 'lost' | 'shutdown' | 'timeout',
  ) {
    super(`The build was stopped: ${why}.`);
    this.name = 'Stopped';
  }
}
