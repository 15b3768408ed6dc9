import { useState, type FormEvent } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { TextArea } from '../ui/field.tsx';
import { Progress } from '../ui/progress.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useUpload, type DeployTarget } from './deploy.queries.ts';

const beginning = `export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    return Response.json({ hello: 'world', pathname });
  },
};
`;

/** Deploys a function that is written in the page: one file that answers requests. */
export function FunctionWay({ target }: { target: DeployTarget | null }) {
  const t = useT();
  const [code, setCode] = useState(beginning);
  const upload = useUpload();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target === null) return;
    const file = new File([code], 'function.ts');
    const source = {
      kind: 'folder' as const,
      name: 'function.ts',
      files: [{ path: file.name, file }],
      bytes: file.size,
    };
    upload.mutate({ target, source });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <TextArea
        label={t('deploy.function')}
        hint={t('deploy.functionHint')}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        rows={9}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        required
      />
      {upload.isError && <ProblemNote error={upload.error} />}
      {target === null && <p className="text-sm text-warn">{t('deploy.nameFirst')}</p>}
      {upload.progress && (
        <Progress share={upload.progress.share} label={t(`deploy.phase.${upload.progress.phase}`)} />
      )}
      <Button
        type="submit"
        look="primary"
        disabled={target === null || code.trim() === ''}
        busy={upload.isPending}
      >
        {t('deploy.action')}
      </Button>
    </form>
  );
}
