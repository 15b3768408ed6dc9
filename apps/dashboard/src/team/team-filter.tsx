import { useT } from '../i18n/i18n.tsx';
import { useSession } from '../session/session.queries.ts';
import { inputClass } from '../ui/field.tsx';

/** Of which team a list shows something; undefined: of all of them. Nothing for who is in one team alone. */
export function TeamFilter(props: {
  value: string | undefined;
  onChange: (team: string | undefined) => void;
}) {
  const t = useT();
  const { teams } = useSession();
  if (teams.length < 2) return null;
  return (
    <select
      aria-label={t('apps.team')}
      value={props.value ?? ''}
      onChange={({ target }) => props.onChange(target.value || undefined)}
      className={`${inputClass} w-auto!`}
    >
      <option value="">{t('apps.allTeams')}</option>
      {teams.map((team) => (
        <option key={team.slug} value={team.slug}>
          {team.name}
        </option>
      ))}
    </select>
  );
}
