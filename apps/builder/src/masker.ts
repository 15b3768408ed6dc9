/** Shorter values are words of any log ("true", "3000"); hiding them would hide the log. */
const MIN_LENGTH = 6;

/** Hides an app's config values in text: as they are, line by line, and in the forms in which programs print them. */
export class Masker {
  /** Longest first, so that a value within another does not leave the other's rest behind. */
  private readonly secrets: { text: string; shown: string }[];

  constructor(config: Readonly<Record<string, string>>) {
    const secrets = new Map<string, string>();
    for (const [key, value] of Object.entries(config)) {
      for (const form of formsOf(value)) {
        if (form.length >= MIN_LENGTH) secrets.set(form, `[${key}]`);
      }
    }
    this.secrets = [...secrets]
      .map(([text, shown]) => ({ text, shown }))
      .sort((a, b) => b.text.length - a.text.length);
  }

  mask(text: string): string {
    let masked = text;
    for (const { text: secret, shown } of this.secrets) {
      if (masked.includes(secret)) masked = masked.replaceAll(secret, shown);
    }
    return masked;
  }
}

function formsOf(value: string): string[] {
  const forms = [value, ...value.split(/\r\n|\r|\n/)].map((form) => form.trim());
  const password = passwordOf(value);
  if (password !== null) forms.push(password, decoded(password));
  return [
    ...new Set(forms.flatMap((form) => [form, encodeURIComponent(form), base64(form), jsonForm(form)])),
  ];
}

/** The password in an address such as a database's. */
function passwordOf(value: string): string | null {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:([^@\s]+)@/i.exec(value)?.[1] ?? null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64').replace(/=+$/, '');
}

function jsonForm(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
