import type { Db, Tx } from './db.js';
import { notify } from './notify.js';

/** Kinds of lines, in Heroku's form: `-----> phase`, detail indented by seven, ` !     warning`. */
export type LogLineKind = 'phase' | 'detail' | 'warning' | 'error';
export interface NewLogLine {
  /** Now, unless said. */
  at?: Date;
  kind: LogLineKind;
  text: string;
}

/** Appends lines in order and tells listeners. Ids grow, so a reader resumes after the last one that it saw. */
export async function appendLogLines(
  db: Db | Tx,
  deploymentId: string,
  lines: readonly NewLogLine[],
): Promise<void> {
  if (lines.length === 0) return;
  await db.logLine.createMany({ data: lines.map((line) => ({ deploymentId, ...line })) });
  await notify(db, { t: 'log', deployment: deploymentId });
}

/** Lines after `afterId`, oldest first. */
export function logLinesAfter(db: Db, deploymentId: string, afterId: bigint, limit = 1000) {
  return db.logLine.findMany({
    where: { deploymentId, id: { gt: afterId } },
    orderBy: { id: 'asc' },
    take: limit,
  });
}
