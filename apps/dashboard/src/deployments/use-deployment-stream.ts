import { useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type {
  DeploymentLogLine,
  DeploymentSummary,
  DeploymentView,
  StepView,
} from '#libs/contracts/api/deployments.js';
import { path } from '../client/http.ts';
import type { ApiProblem } from '../client/problem.ts';
import { openStream, type StreamState } from '../live/stream.ts';
import { deploymentQuery } from './deployments.queries.ts';

export interface DeploymentStream {
  lines: DeploymentLogLine[];
  state: StreamState;
  problem: ApiProblem | null;
}

const nothingYet: DeploymentStream = { lines: [], state: 'connecting', problem: null };

/**
 * Follows a deployment to its end: collects the log, and writes steps and status into the cached deployment, so that
 * timeline and head move with it.
 */
export function useDeploymentStream(app: string, number: number): DeploymentStream {
  const client = useQueryClient();
  const [stream, setStream] = useState({ ...nothingYet, of: '' });
  const of = path('apps', app, 'deployments', number);
  useEffect(() => {
    const { queryKey } = deploymentQuery(app, number);
    const change = (update: (known: DeploymentView) => DeploymentView) =>
      client.setQueryData<DeploymentView>(queryKey, (known) => known && update(known));
    const show = (news: Partial<DeploymentStream>) =>
      setStream((now) => ({ ...(now.of === of ? now : nothingYet), of, ...news }));
    const log = gatherLines((lines) => show({ lines }));

    const source = openStream(`/v1${of}/log/stream`, {
      onState: (state, problem) => show({ state, problem }),
      onMessage: ({ event, data }) => {
        if (event === 'line') log.add(JSON.parse(data) as DeploymentLogLine);
        else if (event === 'step') change((known) => withStep(known, JSON.parse(data) as StepView));
        else if (event === 'status')
          change((known) => ({ ...known, ...(JSON.parse(data) as DeploymentSummary) }));
        else if (event === 'end') {
          change((known) => ({ ...known, ...(JSON.parse(data) as DeploymentSummary) }));
          log.flush();
          source.end();
          // The build report is not part of the stream.
          void client.invalidateQueries({ queryKey: ['app', app] });
        }
      },
    });
    return () => {
      source.close();
      log.stop();
    };
  }, [client, app, number, of]);
  // What was gathered for another deployment is not this one's.
  return stream.of === of ? stream : nothingYet;
}

function withStep(known: DeploymentView, step: StepView): DeploymentView {
  const same = (other: StepView) =>
    other.name === step.name && other.attempt === step.attempt && other.subject === step.subject;
  return { ...known, steps: [...known.steps.filter((other) => !same(other)), step] };
}

/** Lines come by the hundred: show them once a frame, and never one twice. */
function gatherLines(show: (lines: DeploymentLogLine[]) => void) {
  const lines: DeploymentLogLine[] = [];
  let frame: number | null = null;
  const flush = () => {
    if (frame !== null) cancelAnimationFrame(frame);
    frame = null;
    show([...lines]);
  };
  return {
    add(line: DeploymentLogLine) {
      const last = lines.at(-1);
      if (last !== undefined && BigInt(line.id) <= BigInt(last.id)) return;
      lines.push(line);
      frame ??= requestAnimationFrame(flush);
    },
    flush,
    stop() {
      if (frame !== null) cancelAnimationFrame(frame);
    },
  };
}
