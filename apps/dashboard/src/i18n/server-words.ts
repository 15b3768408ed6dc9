import type { ErrorCode } from '#libs/core/error-codes.js';

/** What the server says, in a language that is not its own (English): errors by their code, other sentences by what they say. */
export interface ServerWords {
  errors: ErrorTexts;
  sentences: Sentences;
}

/** A sentence of the server's, or a part of one, with `{name}` for what varies, to the same in another language. */
export type Sentences = Readonly<Record<string, string>>;

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

/**
 * Says a sentence that is among these; what varies in it may be a sentence too: `The release command did not succeed. {reason}`. Of
 * several sentences as many are said as are known from the first on, each by itself or with its neighbours.
 */
export function sayer(sentences: Sentences): Teller['say'] {
  const patterns = Object.entries(sentences)
    .filter(([english]) => english.includes('{'))
    .map(([english, text]) => ({ pattern: patternOf(english), text }));
  const known = (text: string): string | null => {
    if (Object.hasOwn(sentences, text)) return sentences[text] ?? text;
    for (const { pattern, text: form } of patterns) {
      const values = pattern.exec(text)?.groups;
      if (values !== undefined)
        return form.replace(/\{(\w+)\}/g, (_, name: string) => say(values[name] ?? ''));
    }
    return null;
  };
  const say = (text: string): string => {
    const whole = known(text);
    if (whole !== null) return whole;
    for (const { index } of [...text.matchAll(/(?<=\.) (?=[A-Z"])/g)].reverse()) {
      const first = known(text.slice(0, index));
      if (first !== null) return first + say(text.slice(index + 1));
    }
    return text;
  };
  return say;
}

/** What stands before a full stop is no sentence of its own. */
function patternOf(english: string): RegExp {
  const escaped = english.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const open = escaped.replace(/\{(\w+)\}(\\\.)?/g, (_, name: string, stop: string | undefined) =>
    stop === undefined ? `(?<${name}>.*?)` : `(?<${name}>(?:(?!\\. [A-Z]).)*?)\\.`,
  );
  return new RegExp(`^${open}$`, 's');
}
