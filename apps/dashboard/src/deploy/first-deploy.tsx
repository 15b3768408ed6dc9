import { useState, type ReactNode } from 'react';
import { Braces, GitBranch, Package, Sparkles, Upload } from 'lucide-react';
import { nameProblem } from '#libs/core/names.js';
import { useT } from '../i18n/i18n.tsx';
import { useTeamsWhere } from '../session/session.queries.ts';
import { SelectField, TextField } from '../ui/field.tsx';
import type { DeployTarget } from './deploy.queries.ts';
import { suggestedName } from './chosen-source.ts';
import { ExampleWay } from './example-way.tsx';
import { FunctionWay } from './function-way.tsx';
import { GitWay } from './git-way.tsx';
import { ImageWay } from './image-way.tsx';
import { friendlyName } from './friendly-name.ts';
import { UploadWay } from './upload-way.tsx';

/** Makes an app and deploys it, in one of five ways. */
export function FirstDeploy() {
  const t = useT();
  const teams = useTeamsWhere('app.create');
  const [name, setName] = useState('');
  const [friendly] = useState(friendlyName);
  const [team, setTeam] = useState(teams[0]?.slug ?? '');
  const problem = name === '' ? null : nameProblem(name);
  const target: DeployTarget | null =
    problem === null && team !== '' ? { kind: 'new', app: name || friendly, team } : null;
  return (
    <div className="space-y-5">
      <div className="grid gap-4 rounded-xl border border-line bg-surface p-4 shadow-card sm:grid-cols-2 sm:p-5">
        <TextField
          label={t('deploy.name')}
          hint={t('deploy.nameHint', { name: friendly })}
          error={problem === null ? null : t('deploy.nameProblem')}
          value={name}
          onChange={(event) => setName(event.target.value.toLowerCase())}
          placeholder={friendly}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          maxLength={40}
        />
        <SelectField label={t('apps.team')} value={team} onChange={(event) => setTeam(event.target.value)}>
          {teams.map((each) => (
            <option key={each.slug} value={each.slug}>
              {each.name}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="grid gap-4 lg:grid-cols-2">
        <Way icon={<Upload />} title={t('deploy.way.upload')} about={t('deploy.way.uploadAbout')}>
          <UploadWay
            target={target}
            onChoose={(source) => setName((now) => now || suggestedName(source.name))}
          />
        </Way>
        <Way icon={<GitBranch />} title={t('deploy.way.git')} about={t('deploy.way.gitAbout')}>
          <GitWay app={target?.app ?? friendly} />
        </Way>
      </div>
      <Way icon={<Braces />} title={t('deploy.way.function')} about={t('deploy.way.functionAbout')}>
        <FunctionWay target={target} />
      </Way>
      <Way icon={<Package />} title={t('deploy.way.image')} about={t('deploy.way.imageAbout')}>
        <ImageWay target={target} />
      </Way>
      <Way icon={<Sparkles />} title={t('deploy.way.example')} about={t('deploy.way.exampleAbout')}>
        <ExampleWay target={name === '' ? null : target} team={team} />
      </Way>
    </div>
  );
}

function Way(props: { icon: ReactNode; title: string; about: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col rounded-xl border border-line bg-surface p-4 shadow-card sm:p-5">
      <div className="mb-4 flex gap-3">
        <span aria-hidden className="mt-0.5 text-accent [&_svg]:size-5">
          {props.icon}
        </span>
        <div>
          <h2 className="font-semibold">{props.title}</h2>
          <p className="text-sm text-ink-soft">{props.about}</p>
        </div>
      </div>
      {props.children}
    </section>
  );
}
