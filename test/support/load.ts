import { visit } from './berth.js';

export interface LoadReport {
  sent: number;
  /** Anything but a 200 from the right app, in words. */
  lost: string[];
}

/**
 * A steady trickle of requests, one connection each, 30 percent POST, until `stop`. Every answer must be a 200 whose JSON names
 * the app: a refused connection, a 5xx and another app's answer all count as lost.
 */
export function steadyLoad(
  host: string,
  app: string,
  options: { everyMs?: number } = {},
): {
  /** How many requests were sent so far. */
  sent(): number;
  stop(): Promise<LoadReport>;
} {
  const report: LoadReport = { sent: 0, lost: [] };
  const open = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const number = report.sent++;
    const method = number % 10 < 3 ? 'POST' : 'GET';
    const one = visit(host, '/', { method, ...(method === 'POST' && { body: `n=${number}` }) })
      .then(({ status, body }) => {
        const answeredBy = status === 200 ? (JSON.parse(body) as { app: string }).app : null;
        if (answeredBy !== app)
          report.lost.push(
            `${new Date().toISOString()} ${method} #${number}: ${status} ${answeredBy ?? body.slice(0, 80)}`,
          );
      })
      .catch(
        (error: Error) =>
          void report.lost.push(`${new Date().toISOString()} ${method} #${number}: ${error.message}`),
      )
      .finally(() => open.delete(one));
    open.add(one);
  }, options.everyMs ?? 20);
  return {
    sent: () => report.sent,
    async stop() {
      clearInterval(timer);
      await Promise.all(open);
      return report;
    },
  };
}
