import { useState, type FormEvent } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextArea } from '../ui/field.tsx';
import { Progress } from '../ui/progress.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { sourceOfTexts } from './chosen-source.ts';
import { useUpload, type DeployTarget } from './deploy.queries.ts';

const typeScript = `export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    return Response.json({ hello: 'world', pathname });
  },
};
`;

const python = `def handler(request):
    return {"hello": "world", "path": request.path}
`;

/** What a function may be written in, by how its file ends. */
const languages = { ts: 'TypeScript', py: 'Python' } as const;
type Ending = keyof typeof languages;

/** Deploys a function that is written in the page: one file that answers requests. */
export function FunctionWay({ target }: { target: DeployTarget | null }) {
  const t = useT();
  const [ending, setEnding] = useState<Ending>('ts');
  const [codes, setCodes] = useState<Record<Ending, string>>({ ts: typeScript, py: python });
  const code = codes[ending];
  const upload = useUpload();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target === null) return;
    const path = `function.${ending}`;
    upload.mutate({ target, source: sourceOfTexts(path, [{ path, content: code }]) });
  };
  return (
    <form onSubmit={submit} className="space-y-3">
      <SelectField
        label={t('deploy.functionLanguage')}
        className="max-w-xs"
        value={ending}
        onChange={(event) => setEnding(event.target.value as Ending)}
      >
        {Object.entries(languages).map(([value, title]) => (
          <option key={value} value={value}>
            {title}
          </option>
        ))}
      </SelectField>
      <TextArea
        label={t('deploy.function')}
        hint={t(`deploy.functionHint.${ending}`)}
        value={code}
        onChange={(event) => setCodes({ ...codes, [ending]: event.target.value })}
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
