const calm = ['bright', 'brisk', 'calm', 'clear', 'early', 'gentle', 'golden', 'quiet', 'steady', 'swift'];
const afloat = ['anchor', 'beacon', 'bay', 'buoy', 'dock', 'harbour', 'keel', 'mast', 'pier', 'sail'];

const one = (words: readonly string[]) => words[Math.floor(Math.random() * words.length)] ?? '';

/** A name for an app of somebody who has none in mind: `quiet-harbour-42`. */
export function friendlyName(): string {
  return `${one(calm)}-${one(afloat)}-${10 + Math.floor(Math.random() * 90)}`;
}
