import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { KeyRound, Lock } from 'lucide-react';
import type { ConfigView } from '#libs/contracts/api/config.js';
import { useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { useCan } from '../session/session.queries.ts';
import type { Edits } from '../settings/edits.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { useUnsaved } from '../ui/unsaved.tsx';
import { useTitle } from '../ui/use-title.ts';
import { AddVariable } from './add-variable.tsx';
import { BulkEdit } from './bulk-edit.tsx';
import { configQuery } from './config.queries.ts';
import { DeployChanges } from './deploy-changes.tsx';
import { stage, stagedOf, type Saved, type Staged } from './staged.ts';
import { VariableRow } from './variable-row.tsx';

export function ConfigPage() {
  const t = useT();
  const app = useApp();
  const mayRead = useCan('config.read', app.team);
  useTitle(t('appPage.config'), app.name);
  if (!mayRead) {
    return (
      <Card title={t('appPage.config')}>
        <Empty icon={<Lock />} title={t('config.notYours')}>
          {t('config.notYoursHint')}
        </Empty>
      </Card>
    );
  }
  return <Variables app={app.name} />;
}

function Variables({ app }: { app: string }) {
  const config = useQuery(configQuery(app));
  return <Loaded query={config}>{(data) => <Editor app={app} config={data} />}</Loaded>;
}

/** Changes are staged here, shown as a difference, and go out together in one deploy. */
function Editor({ app, config }: { app: string; config: ConfigView }) {
  const t = useT();
  const [edits, setEdits] = useState<Edits<Staged>>({});
  const [bulk, setBulk] = useState(false);
  const saved: Saved = Object.fromEntries(config.vars.map(({ key, value }) => [key, value]));
  const { staged, overtaken } = stagedOf(edits, saved);
  useUnsaved(Object.keys(staged).length > 0);
  const stageAll = (vars: Staged) => setEdits((now) => stage(now, saved, vars));
  const set = (key: string, value: string | null) => stageAll({ [key]: value });
  const keys = [...new Set([...Object.keys(saved), ...Object.keys(staged)])].sort();
  return (
    <div className="space-y-4">
      <Card
        title={t('appPage.config')}
        about={t('config.about')}
        actions={
          <Button small onClick={() => setBulk(true)}>
            {t('config.bulk')}
          </Button>
        }
      >
        {keys.length === 0 ? (
          <Empty icon={<KeyRound />} title={t('config.none')}>
            {t('config.noneHint')}
          </Empty>
        ) : (
          <ul className="mb-4 divide-y divide-line">
            {keys.map((key) => (
              <VariableRow
                key={key}
                name={key}
                addOn={config.vars.find((one) => one.key === key)?.addOn ?? null}
                saved={saved[key]}
                staged={staged[key]}
                onChange={set}
              />
            ))}
          </ul>
        )}
        <AddVariable taken={(key) => keys.includes(key) && staged[key] !== null} onAdd={set} />
      </Card>
      <DeployChanges
        app={app}
        config={{ saved, revision: config.revision }}
        staged={staged}
        overtaken={overtaken}
        onDone={() => setEdits({})}
      />
      <BulkEdit
        open={bulk}
        onClose={() => setBulk(false)}
        onApply={(vars) => {
          stageAll(vars);
          setBulk(false);
        }}
      />
    </div>
  );
}
