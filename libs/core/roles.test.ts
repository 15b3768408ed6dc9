import { describe, expect, it } from 'vitest';
import { abilities, allows, roles, scopes, type Ability } from './roles.js';

const all = Object.keys(abilities) as Ability[];

describe('who may do what', () => {
  it('lets a higher role do all that a lower one may', () => {
    for (const ability of all)
      for (const scope of scopes)
        for (let i = 1; i < roles.length; i++)
          if (allows(ability, roles[i - 1]!, [scope])) expect(allows(ability, roles[i]!, [scope])).toBe(true);
  });

  it('lets a viewer change nothing, whatever the token says', () => {
    const may = all.filter((ability) => allows(ability, 'viewer', [...scopes]));
    expect(may.every((ability) => ability.endsWith('.read'))).toBe(true);
    expect(may).not.toContain('config.read');
  });

  it('lets a token do less than its owner, never more', () => {
    expect(allows('app.deploy', 'owner', ['read'])).toBe(false);
    expect(allows('app.deploy', 'owner', ['deploy'])).toBe(true);
    expect(allows('config.read', 'owner', ['deploy'])).toBe(false);
    expect(allows('team.write', 'owner', ['write'])).toBe(false);
    expect(allows('team.write', 'developer', ['admin'])).toBe(false);
    for (const ability of all) expect(allows(ability, 'owner', [])).toBe(false);
  });
});
