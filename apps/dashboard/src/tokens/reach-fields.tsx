import { scopes, type Scope } from '#libs/core/roles.js';
import type { TokenReach } from '#libs/contracts/api/tokens.js';
import { useT } from '../i18n/i18n.tsx';
import { useSession } from '../session/session.queries.ts';
import { SelectField } from '../ui/field.tsx';

const usualDays = [7, 30, 90, 365];

/** How far a token shall reach, as the fields hold it: '' is every team, and never. */
export interface ReachChoice {
  scope: Scope;
  team: string;
  expires: string;
}

/** The choice as the platform takes it. */
export function reachOf({ team, expires }: ReachChoice): TokenReach {
  return {
    ...(team === '' ? {} : { team }),
    ...(expires === '' ? {} : { expiresInDays: Number(expires) }),
  };
}

/** What a token may do, where, and until when. */
export function ReachFields(props: { value: ReachChoice; onChange: (value: ReachChoice) => void }) {
  const t = useT();
  const { teams } = useSession();
  const { value } = props;
  const set = (change: Partial<ReachChoice>) => props.onChange({ ...value, ...change });
  const wished = Number(value.expires);
  const days =
    value.expires === '' || usualDays.includes(wished)
      ? usualDays
      : [...usualDays, wished].toSorted((a, b) => a - b);
  return (
    <>
      <SelectField
        label={t('tokens.may')}
        hint={t(`scope.${value.scope}About`)}
        value={value.scope}
        onChange={(event) => set({ scope: event.target.value as Scope })}
      >
        {scopes.map((each) => (
          <option key={each} value={each}>
            {t(`scope.${each}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('apps.team')}
        value={value.team}
        onChange={(event) => set({ team: event.target.value })}
      >
        <option value="">{t('apps.allTeams')}</option>
        {teams.map((each) => (
          <option key={each.slug} value={each.slug}>
            {each.name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('tokens.expires')}
        value={value.expires}
        onChange={(event) => set({ expires: event.target.value })}
      >
        {days.map((count) => (
          <option key={count} value={count}>
            {t('tokens.inDays', { count })}
          </option>
        ))}
        <option value="">{t('tokens.never')}</option>
      </SelectField>
    </>
  );
}
