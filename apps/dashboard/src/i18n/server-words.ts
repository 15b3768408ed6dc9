import type { ErrorCode } from '#libs/core/error-codes.js';

/** What the server says, in a language that is not its own (English): errors by their code, other sentences by what they say. */
export interface ServerWords {
  errors: ErrorTexts;
  /** A sentence of the server's, with `{name}` for what varies, to the same in this language. */
  sentences: Readonly<Record<string, string>>;
}

/** Each code is in one of the two. */
export interface ErrorTexts {
  /** Says all that the server's sentence says. */
  whole: Partial<Record<ErrorCode, string>>;
  /** What the server's sentence says without the facts that only it knows. */
  inShort: Partial<Record<ErrorCode, string>>;
}

/** Something that the server said, as the page says it. */
export interface Told {
  text: string;
  /** The server's own sentence where it says more than `text`. */
  original: string | null;
}

export interface Teller {
  /** A sentence of the server's in the language of the page; itself where the page does not know it. */
  say: (sentence: string) => string;
  /** An error: by its sentence if the page knows that, else by its code. */
  tell: (code: string, sentence: string) => Told;
}

/** Says what the server says as it is; the first time `load` is called for somebody who knows better, and again when that failed. */
export function plainTeller(load: () => Promise<void>): Teller {
  let loading = false;
  const say = (sentence: string) => {
    if (!loading) {
      loading = true;
      load().catch(() => (loading = false));
    }
    return sentence;
  };
  return { say, tell: (_, sentence) => ({ text: say(sentence), original: null }) };
}

export function tellerOf(words: ServerWords): Teller {
  const say = sayer(words.sentences);
  return {
    say,
    tell: (code, sentence) => {
      const text = say(sentence);
      if (text !== sentence) return { text, original: null };
      const { whole, inShort } = words.errors as Record<keyof ErrorTexts, Record<string, string>>;
      if (whole[code] !== undefined) return { text: whole[code], original: null };
      return { text: inShort[code] ?? sentence, original: inShort[code] === undefined ? null : sentence };
    },
  };
}

/** What varies in a sentence may be a sentence too: `The release command did not succeed. {reason}`. */
function sayer(sentences: ServerWords['sentences']): (sentence: string) => string {
  const patterns = Object.entries(sentences)
    .filter(([english]) => english.includes('{'))
    .map(([english, text]) => ({ pattern: patternOf(english), text }));
  const say = (sentence: string): string => {
    if (Object.hasOwn(sentences, sentence)) return sentences[sentence] ?? sentence;
    for (const { pattern, text } of patterns) {
      const values = pattern.exec(sentence)?.groups;
      if (values !== undefined)
        return text.replace(/\{(\w+)\}/g, (_, name: string) => say(values[name] ?? ''));
    }
    return sentence;
  };
  return say;
}

function patternOf(english: string): RegExp {
  const escaped = english.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/g, '(?<$1>.+?)')}$`, 's');
}
