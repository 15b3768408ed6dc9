import type Docker from 'dockerode';
import type { ContainerView } from '../port.js';

/** Docker writes "never" as the year 1. */
export function toDate(text: string | undefined): Date | null {
  if (text === undefined || text === '' || text.startsWith('0001-')) return null;
  return new Date(text);
}

const states: Record<string, ContainerView['state']> = {
  created: 'created',
  running: 'running',
  restarting: 'running',
  paused: 'paused',
  removing: 'dead',
  exited: 'exited',
  dead: 'dead',
};

/** The answer of `/containers/ID/json` in the port's words. */
export function fromInspect(raw: Docker.ContainerInspectInfo): ContainerView {
  const running = raw.State.Running;
  const state = states[raw.State.Status] ?? 'dead';
  const ended = state === 'exited' || state === 'dead';
  return {
    id: raw.Id,
    name: raw.Name.replace(/^\//, ''),
    image: raw.Config.Image,
    labels: raw.Config.Labels ?? {},
    state,
    pid: running && raw.State.Pid > 0 ? raw.State.Pid : null,
    exitCode: ended ? raw.State.ExitCode : null,
    oomKilled: raw.State.OOMKilled,
    error: raw.State.Error || null,
    createdAt: toDate(raw.Created) ?? new Date(0),
    startedAt: toDate(raw.State.StartedAt),
    finishedAt: running ? null : toDate(raw.State.FinishedAt),
  };
}

/** A row of `/containers/json`: enough for a container that runs, too little for one that ended. */
export function fromSummary(raw: Docker.ContainerInfo): ContainerView {
  return {
    id: raw.Id,
    name: (raw.Names[0] ?? raw.Id).replace(/^\//, ''),
    image: raw.Image,
    labels: raw.Labels ?? {},
    state: states[raw.State] ?? 'dead',
    pid: null,
    exitCode: null,
    oomKilled: false,
    error: null,
    createdAt: new Date(raw.Created * 1000),
    startedAt: null,
    finishedAt: null,
  };
}

/** Folders of a container's file system, where the Engine's storage has folders (overlay2). */
export function layersOf(raw: Docker.ContainerInspectInfo): { UpperDir?: string; LowerDir?: string } {
  return (raw.GraphDriver as { Data?: { UpperDir?: string; LowerDir?: string } | null } | null)?.Data ?? {};
}
