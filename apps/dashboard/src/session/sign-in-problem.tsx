import { ApiProblem } from '../client/problem.ts';
import { useT } from '../i18n/i18n.tsx';
import { ProblemNote } from '../ui/states.tsx';

/** Why nobody was signed in. */
export function SignInProblem({ error }: { error: Error }) {
  const t = useT();
  const wrong = error instanceof ApiProblem && error.status === 401;
  return <ProblemNote error={wrong ? new Error(t('signIn.wrong')) : error} />;
}
