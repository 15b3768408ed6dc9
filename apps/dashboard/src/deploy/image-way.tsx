import { useState, type FormEvent } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { ApiProblem } from '../client/problem.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useDeploy, type DeployTarget } from './deploy.queries.ts';

/** Deploys an image that somebody else built. */
export function ImageWay({ target }: { target: DeployTarget | null }) {
  const t = useT();
  const [image, setImage] = useState('');
  const deploy = useDeploy();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (target !== null) deploy.mutate({ target, body: { image: image.trim() } });
  };
  const wrong = deploy.error instanceof ApiProblem ? deploy.error.fields.image : undefined;
  return (
    <form onSubmit={submit} className="space-y-3">
      <TextField
        label={t('deploy.image')}
        hint={t('deploy.imageHint')}
        error={wrong}
        placeholder="nginx:1.27"
        value={image}
        onChange={(event) => setImage(event.target.value)}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        className="font-mono"
        required
      />
      {deploy.isError && wrong === undefined && <ProblemNote error={deploy.error} />}
      {target === null && image.trim() !== '' && <p className="text-sm text-warn">{t('deploy.nameFirst')}</p>}
      <Button
        type="submit"
        look="primary"
        disabled={target === null || image.trim() === ''}
        busy={deploy.isPending}
      >
        {t('deploy.action')}
      </Button>
    </form>
  );
}
