/** What `git push -o …` may say. */
export interface PushOptions {
  /** Stay until the deployment has ended, and call the push failed when it fails. */
  wait: boolean;
  /** Team that shall own the app that this push creates. */
  team: string | null;
  /** Options that Berth does not know. */
  unknown: string[];
}

export function parsePushOptions(options: readonly string[]): PushOptions {
  const parsed: PushOptions = { wait: true, team: null, unknown: [] };
  for (const option of options) {
    const [key = '', ...rest] = option.split('=');
    const value = rest.join('=');
    if (key === 'wait' && (value === 'no' || value === 'yes')) parsed.wait = value === 'yes';
    else if (key === 'team' && value !== '') parsed.team = value;
    else parsed.unknown.push(option);
  }
  return parsed;
}
