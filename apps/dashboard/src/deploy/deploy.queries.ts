import { useState } from 'react';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { AcceptedDeployment, NewDeploymentBody } from '#libs/contracts/api/deployments.js';
import type { ExampleList } from '#libs/contracts/api/examples.js';
import { createApp } from '../apps/apps.queries.ts';
import { path, request } from '../client/http.ts';
import { uploadArchive } from '../client/upload.ts';
import type { ChosenSource } from './chosen-source.ts';
import { packFolder } from './pack.ts';

/** Where to deploy: an app that exists, or one to make first. */
export type DeployTarget = { kind: 'app'; app: string } | { kind: 'new'; app: string; team: string };

/** Example apps that come with the platform. */
export const examplesQuery = queryOptions({
  queryKey: ['examples'],
  queryFn: ({ signal }) => request<ExampleList>('GET', '/examples', { signal }),
  staleTime: Infinity,
});

/** `taking`: all is sent, and the platform checks and stores it; nobody knows how far it is. */
export interface UploadProgress {
  phase: 'packing' | 'sending' | 'taking';
  share: number | null;
}

/** Makes the app when it is new. Done again after a failed upload, it finds the app that it made. */
async function ensureApp(target: DeployTarget, made: Set<string>): Promise<void> {
  if (target.kind === 'app' || made.has(target.app)) return;
  await createApp({ name: target.app, team: target.team });
  made.add(target.app);
}

/** Goes to the page of a deployment that was accepted, where its log runs. */
export function useOpenDeployment() {
  const navigate = useNavigate();
  const client = useQueryClient();
  return async ({ deployment }: AcceptedDeployment) => {
    void client.invalidateQueries({ queryKey: ['apps'] });
    void client.invalidateQueries({ queryKey: ['app', deployment.app] });
    await navigate({
      to: '/apps/$app/deployments/$number',
      params: { app: deployment.app, number: String(deployment.number) },
    });
  };
}

/** Deploys an image reference, a release (roll back) or a deployment again (retry). */
export function useDeploy() {
  const open = useOpenDeployment();
  const [made] = useState(() => new Set<string>());
  return useMutation({
    mutationFn: async ({ target, body }: { target: DeployTarget; body: NewDeploymentBody }) => {
      await ensureApp(target, made);
      return request<AcceptedDeployment>('POST', path('apps', target.app, 'deployments'), { body });
    },
    onSuccess: open,
  });
}

/** Packs (a folder), sends and deploys; `progress` is null while nothing runs. */
export function useUpload() {
  const open = useOpenDeployment();
  const [made] = useState(() => new Set<string>());
  const [progress, setProgress] = useState<UploadProgress | null>(null);
  const [stopper, setStopper] = useState<AbortController | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ target, source }: { target: DeployTarget; source: ChosenSource }) => {
      const stop = new AbortController();
      setStopper(stop);
      const on = (phase: UploadProgress['phase']) => (share: number) =>
        setProgress(phase === 'sending' && share === 1 ? { phase: 'taking', share: null } : { phase, share });
      const archive =
        source.kind === 'archive'
          ? source.file
          : await packFolder(source.files, { onProgress: on('packing'), signal: stop.signal });
      await ensureApp(target, made);
      return uploadArchive(
        target.app,
        archive,
        source.kind === 'archive' ? source.type : 'application/gzip',
        {
          message: source.name,
          onProgress: on('sending'),
          signal: stop.signal,
        },
      );
    },
    onSuccess: open,
    onSettled: () => {
      setProgress(null);
      setStopper(null);
    },
  });
  return { ...mutation, progress, stop: () => stopper?.abort() };
}
