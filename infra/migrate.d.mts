/** Brings a database to the present schema; returns the names of the migrations that were applied now. */
export function migrate(url: string): Promise<string[]>;
