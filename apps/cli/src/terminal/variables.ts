import { isConfigKey, isReservedConfigKey } from '#libs/core/names.js';
import { usage } from '../frame/failure.js';

/** What `-e` names, in docker's forms: `NAME=VALUE`, or `NAME` for the value that it has here. */
export function readVariables(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(words.map((word) => readVariable(word, env)));
}

function readVariable(word: string, env: Readonly<Record<string, string | undefined>>): [string, string] {
  const [name = '', ...rest] = word.split('=');
  if (!isConfigKey(name)) throw usage(`"${word}" is not NAME=VALUE.`);
  if (isReservedConfigKey(name)) throw usage(`${name} is the platform’s to set.`);
  const value = rest.length > 0 ? rest.join('=') : env[name];
  if (value === undefined) throw usage(`${name} is not set here.`, `Write its value: -e ${name}=VALUE.`);
  return [name, value];
}
