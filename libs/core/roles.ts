/** Who may do what: the one table that guards, pages and tests read. */
export const roles = ['viewer', 'developer', 'owner'] as const;
export type Role = (typeof roles)[number];

export const scopes = ['read', 'deploy', 'write', 'admin'] as const;
/**
 * What a token may do at most, whatever its user's role: read; deploy (and read); write (all that a developer may, and deploy);
 * admin (all that its user may).
 */
export type Scope = (typeof scopes)[number];

export const abilities = {
  'team.read': { role: 'viewer', scope: 'read' },
  'team.write': { role: 'owner', scope: 'admin' },
  'member.read': { role: 'viewer', scope: 'read' },
  'member.write': { role: 'owner', scope: 'admin' },
  'app.read': { role: 'viewer', scope: 'read' },
  'app.create': { role: 'developer', scope: 'write' },
  'app.write': { role: 'developer', scope: 'write' },
  'app.delete': { role: 'owner', scope: 'admin' },
  'app.deploy': { role: 'developer', scope: 'deploy' },
  /** Run commands in its instances: whoever may sees all that the app sees, its config included. */
  'app.exec': { role: 'developer', scope: 'write' },
  'config.read': { role: 'developer', scope: 'write' },
  'config.write': { role: 'developer', scope: 'write' },
  'logs.read': { role: 'viewer', scope: 'read' },
} as const satisfies Record<string, { role: Role; scope: Scope }>;
export type Ability = keyof typeof abilities;

/** What each scope includes besides itself. */
const includes: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  deploy: ['deploy', 'read'],
  write: ['write', 'deploy', 'read'],
  admin: ['admin', 'write', 'deploy', 'read'],
};

/** Is `role` at least `needed`? */
export function roleAllows(role: Role, needed: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(needed);
}

/** Do the granted scopes include `needed`? */
export function scopeAllows(granted: readonly Scope[], needed: Scope): boolean {
  return granted.some((scope) => includes[scope].includes(needed));
}

/** May somebody with this role, through something with these scopes, do this? Sessions carry the scope `admin`. */
export function allows(ability: Ability, role: Role, granted: readonly Scope[]): boolean {
  const needed = abilities[ability];
  return roleAllows(role, needed.role) && scopeAllows(granted, needed.scope);
}
