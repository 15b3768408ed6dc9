import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abilities, allows, roles, scopes, type Ability, type Role, type Scope } from './roles.js';

const all = Object.keys(abilities) as Ability[];
const can = (role: Role, ...granted: Scope[]) => all.filter((ability) => allows(ability, role, granted));

describe('who may do what', () => {
  it('a viewer reads, but neither config nor anything else that holds secrets', () => {
    expect(can('viewer', 'admin')).toEqual(['team.read', 'member.read', 'app.read', 'logs.read']);
  });

  it('a developer does everything with apps but delete them', () => {
    expect(all.filter((ability) => !can('developer', 'admin').includes(ability))).toEqual([
      'team.write',
      'member.write',
      'app.delete',
    ]);
  });

  it('an owner may do everything', () => {
    expect(can('owner', 'admin')).toEqual(all);
  });

  it('a token for deploying can read and deploy, and no more, whoever made it', () => {
    expect(can('owner', 'deploy')).toEqual([
      'team.read',
      'member.read',
      'app.read',
      'app.deploy',
      'logs.read',
    ]);
  });

  it('nothing is allowed without a scope', () => {
    for (const role of roles) expect(can(role)).toEqual([]);
  });

  it('a higher role or one scope more never takes an ability away', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...roles),
        fc.subarray([...scopes]),
        fc.constantFrom(...scopes),
        (role, granted, more) => {
          const before = can(role, ...granted);
          expect(can(role, ...granted, more)).toEqual(expect.arrayContaining(before));
          for (const higher of roles.slice(roles.indexOf(role)))
            expect(can(higher, ...granted)).toEqual(expect.arrayContaining(before));
        },
      ),
    );
  });
});
