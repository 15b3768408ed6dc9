import type { NewSplit } from '#libs/contracts/api/split.js';
import { usage } from '../frame/failure.js';
import { readNumber } from './number.js';

/** The share of the release that is not live. Two shares make a hundred; of one the rest is the live release's. */
export function readShares(
  words: readonly string[],
  live: number | undefined,
): Pick<NewSplit, 'release' | 'percent'> {
  const shares = words.map((word) => {
    const [, release, percent] = /^([^=]+)=(\d{1,3})%?$/.exec(word) ?? [];
    if (release === undefined) throw usage(`"${word}" is no share; write for example v13=10.`);
    return { release: readNumber(release, 'release'), percent: Number(percent) };
  });
  const others = shares.filter(({ release }) => release !== live);
  const [wanted] = others;
  if (wanted === undefined || others.length > 1 || shares.length > 2)
    throw usage('A split is between the live release and one other; name the other one’s share.');
  if (shares.length === 2 && shares.reduce((sum, { percent }) => sum + percent, 0) !== 100)
    throw usage('The two shares must make 100.');
  if (wanted.percent < 1 || wanted.percent > 99)
    throw usage('A share is 1 to 99; `berth promote` gives a release all visitors.');
  return wanted;
}
