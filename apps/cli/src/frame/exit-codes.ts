/** What a script may tell from `$?`. `berth help exit-codes` shows this table; a test compares docs/cli.md with it. */
export const exitCodes = {
  ok: { code: 0, means: 'It worked; a deployment that was waited for is live.' },
  failed: { code: 1, means: 'Something went wrong that no other number names.' },
  usage: { code: 2, means: 'The command line is wrong; nothing was sent.' },
  denied: { code: 3, means: 'Not signed in, or not allowed.' },
  missing: { code: 4, means: 'What was named is not there: an app, a release, an instance, a team …' },
  unreachable: { code: 5, means: 'The platform does not answer, or answers that it cannot serve now.' },
  refused: { code: 6, means: 'The platform refused: a conflict, or a value that it does not take.' },
  deploymentFailed: { code: 7, means: 'The deployment failed; what was live before still is.' },
  deploymentReplaced: { code: 8, means: 'The deployment was cancelled, or superseded by a newer one.' },
  interrupted: { code: 130, means: 'Ctrl-C. A deployment under way goes on without you.' },
} as const;

export type ExitName = keyof typeof exitCodes;

export function exitCode(name: ExitName): number {
  return exitCodes[name].code;
}
