/** What Berth can run for a team beside its apps: servers of data, with a volume, reached by their team's apps alone. */
export const addOnKinds = ['postgres', 'redis'] as const;
export type AddOnKind = (typeof addOnKinds)[number];

/** How apps reach an add-on of a kind. */
interface AddOnAccess {
  scheme: string;
  port: number;
  user: string;
  /** What follows the address: the database. */
  path: string;
  /** Variable of an app that gets the URL, unless another is named. */
  variable: string;
  /** Variable of the add-on itself that holds its password; its own client reads the same one. */
  passwordKey: string;
}

export const addOnAccess: Readonly<Record<AddOnKind, AddOnAccess>> = {
  postgres: {
    scheme: 'postgresql',
    port: 5432,
    user: 'berth',
    path: '/berth',
    variable: 'DATABASE_URL',
    passwordKey: 'PGPASSWORD',
  },
  redis: {
    scheme: 'redis',
    port: 6379,
    user: 'default',
    path: '',
    variable: 'REDIS_URL',
    passwordKey: 'REDISCLI_AUTH',
  },
};

/** Is this `kind` of an app's row that of an add-on? */
export function isAddOn(kind: string): kind is AddOnKind {
  return addOnKinds.some((one) => one === kind);
}

/** Name of an app's instances inside its team: for what is not HTTP. */
export function directHost(app: string): string {
  return `${app}.direct.internal`;
}

/** Where a team's apps reach an add-on; with a password, all that a client needs. */
export function addOnUrl({ kind, name }: { kind: AddOnKind; name: string }, password?: string): string {
  const { scheme, port, user, path } = addOnAccess[kind];
  const login = password === undefined ? '' : `${user}:${password}@`;
  return `${scheme}://${login}${directHost(name)}:${port}${path}`;
}
