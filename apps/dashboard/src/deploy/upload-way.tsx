import { useCallback, useRef, useState, type ChangeEvent } from 'react';
import { FileArchive, FolderUp, Upload } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { Bytes } from '../ui/time.tsx';
import { classes } from '../ui/classes.ts';
import { sourceOfFiles, type ChoiceProblem, type ChosenSource } from './chosen-source.ts';
import { useUpload, type DeployTarget } from './deploy.queries.ts';
import { useWindowDrop } from './use-window-drop.ts';

/** Deploys an archive or a folder that is dropped anywhere on the page, or chosen. */
export function UploadWay(props: { target: DeployTarget | null; onChoose?: (source: ChosenSource) => void }) {
  const t = useT();
  const [source, setSource] = useState<ChosenSource | null>(null);
  const [problem, setProblem] = useState<ChoiceProblem | null>(null);
  const upload = useUpload();
  const { onChoose } = props;
  const choose = useCallback(
    (chosen: ChosenSource | ChoiceProblem) => {
      if (typeof chosen === 'string') return setProblem(chosen);
      setProblem(null);
      setSource(chosen);
      onChoose?.(chosen);
    },
    [onChoose],
  );
  const hovering = useWindowDrop(choose, !upload.isPending);
  const stopped = upload.error instanceof DOMException && upload.error.name === 'AbortError';

  return (
    <div className="space-y-3">
      <div
        className={classes(
          'flex flex-col items-center gap-3 rounded-xl border-2 border-dashed px-4 py-6 text-center transition-colors',
          hovering ? 'border-accent bg-accent-soft' : 'border-line-strong bg-sunken',
        )}
      >
        <Upload aria-hidden className="size-7 stroke-[1.5] text-ink-faint" />
        <p className="text-sm text-ink-soft">{hovering ? t('deploy.dropNow') : t('deploy.drop')}</p>
        <div className="flex flex-wrap justify-center gap-2">
          <FileButton label={t('deploy.chooseFolder')} folder disabled={upload.isPending} onChoose={choose} />
          <FileButton label={t('deploy.chooseArchive')} disabled={upload.isPending} onChoose={choose} />
        </div>
      </div>
      {problem !== null && <ProblemNote error={new Error(t(`deploy.problem.${problem}`))} />}
      {source !== null && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-line px-3 py-2 text-sm">
          {source.kind === 'archive' ? (
            <FileArchive aria-hidden className="size-4 text-ink-soft" />
          ) : (
            <FolderUp aria-hidden className="size-4 text-ink-soft" />
          )}
          <span className="min-w-0 flex-1 wrap-anywhere">
            <span className="font-medium">{source.name}</span>{' '}
            <span className="text-ink-soft">
              {source.kind === 'folder' && <>{t('deploy.files', { count: source.files.length })} · </>}
              <Bytes value={source.kind === 'folder' ? source.bytes : source.file.size} />
              {source.kind === 'folder' && source.leftOut > 0 && (
                <> · {t('deploy.leftOut', { count: source.leftOut })}</>
              )}
            </span>
          </span>
          {upload.isPending ? (
            <Button small onClick={upload.stop}>
              {t('action.stop')}
            </Button>
          ) : (
            <Button
              look="primary"
              small
              disabled={props.target === null}
              onClick={() => props.target && upload.mutate({ target: props.target, source })}
            >
              {t('deploy.action')}
            </Button>
          )}
        </div>
      )}
      {source !== null && props.target === null && (
        <p className="text-sm text-warn">{t('deploy.nameFirst')}</p>
      )}
      {upload.progress && (
        <Progress share={upload.progress.share} label={t(`deploy.phase.${upload.progress.phase}`)} />
      )}
      {upload.isError && !stopped && <ProblemNote error={upload.error} />}
    </div>
  );
}

function FileButton(props: {
  label: string;
  folder?: boolean;
  disabled: boolean;
  onChoose: (source: ChosenSource | ChoiceProblem) => void;
}) {
  const ref = useRef<HTMLInputElement>(null);
  const change = (event: ChangeEvent<HTMLInputElement>) => {
    void sourceOfFiles(event.target.files ?? []).then(props.onChoose);
    // The same choice made again must count as a change.
    event.target.value = '';
  };
  return (
    <>
      <input
        ref={ref}
        type="file"
        hidden
        aria-label={props.label}
        onChange={change}
        {...(props.folder ? { webkitdirectory: '' } : { accept: '.zip,.tgz,.tar,.gz' })}
      />
      <Button small disabled={props.disabled} onClick={() => ref.current?.click()}>
        {props.label}
      </Button>
    </>
  );
}
