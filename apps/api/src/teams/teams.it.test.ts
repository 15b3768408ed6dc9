import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeUser, openApi, password, type TestApi, type TestUser } from '../testing/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const as = (user: TestUser) => ({ Authorization: `Bearer ${user.token}` });
let counter = 0;

/** A team made through the API, and its owner. */
async function newTeam(): Promise<{ slug: string; owner: TestUser }> {
  const owner = await makeUser(api.database.db);
  const slug = `team${(counter += 1)}`;
  const answer = await request(api.url).post('/v1/teams').set(as(owner)).send({ slug, name: 'Some people' });
  expect(answer.status).toBe(201);
  expect(answer.body).toMatchObject({ slug, name: 'Some people', role: 'owner', members: 1, apps: 0 });
  return { slug, owner };
}

const add = (slug: string, owner: TestUser, email: string, role = 'viewer') =>
  request(api.url).post(`/v1/teams/${slug}/members`).set(as(owner)).send({ email, role });

describe('a team', () => {
  it('is seen by its members, and by administrators', async () => {
    const { slug } = await newTeam();
    const stranger = await makeUser(api.database.db);
    const admin = await makeUser(api.database.db, [], { admin: true });
    const list = async (user: TestUser) =>
      (await request(api.url).get('/v1/teams?limit=100').set(as(user))).body.items as {
        slug: string;
        role: string;
      }[];
    expect(await list(stranger)).toEqual([]);
    expect((await list(admin)).find((team) => team.slug === slug)).toMatchObject({ role: null });
    expect((await request(api.url).get(`/v1/teams/${slug}`).set(as(admin))).status).toBe(200);
  });

  it('has a name of its own, changes its title, and goes when it has no apps', async () => {
    const { slug, owner } = await newTeam();
    const again = await request(api.url).post('/v1/teams').set(as(owner)).send({ slug });
    expect(again.body.code).toBe('team_taken');
    const renamed = await request(api.url).patch(`/v1/teams/${slug}`).set(as(owner)).send({ name: 'Others' });
    expect(renamed.body.name).toBe('Others');
    await request(api.url)
      .post('/v1/apps')
      .set(as(owner))
      .send({ name: `${slug}app`, team: slug });
    const remove = () => request(api.url).delete(`/v1/teams/${slug}`).set(as(owner));
    expect((await remove()).body.code).toBe('team_has_apps');
    await request(api.url).delete(`/v1/apps/${slug}app`).set(as(owner));
    expect((await remove()).status).toBe(204);
    expect((await request(api.url).get(`/v1/teams/${slug}`).set(as(owner))).status).toBe(404);
    expect((await request(api.url).post('/v1/teams').set(as(owner)).send({ slug })).status).toBe(201);
  });
});

describe('a quota', () => {
  it('is set by administrators, seen by members, and refuses with what to do', async () => {
    const { slug, owner } = await newTeam();
    const admin = await makeUser(api.database.db, [], { admin: true });
    const change = (user: TestUser, body: object) =>
      request(api.url).patch(`/v1/teams/${slug}/quota`).set(as(user)).send(body);
    expect((await change(owner, { apps: 9 })).body.code).toBe('not_admin');
    expect((await change(admin, { apps: -1 })).status).toBe(422);
    expect((await change(admin, { apps: 1 })).body).toMatchObject({ limits: { apps: 1 }, set: ['apps'] });
    const create = (name: string) =>
      request(api.url).post('/v1/apps').set(as(owner)).send({ name, team: slug });
    expect((await create(`${slug}one`)).status).toBe(201);
    const refused = await create(`${slug}two`);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      code: 'quota_exceeded',
      details: { quota: 'apps', limit: 1, before: 1, after: 2 },
    });
    expect(refused.body.detail).toContain('Delete an app that is not needed, or ask an administrator');
    const seen = await request(api.url).get(`/v1/teams/${slug}/quota`).set(as(owner));
    expect(seen.body).toMatchObject({ limits: { apps: 1, memoryMb: null }, used: { apps: 1, instances: 0 } });
    const stranger = await makeUser(api.database.db);
    expect((await request(api.url).get(`/v1/teams/${slug}/quota`).set(as(stranger))).status).toBe(404);
  });
});

describe('a member', () => {
  it('who is new gets a password, once, and can sign in with it', async () => {
    const { slug, owner } = await newTeam();
    const email = `new${counter}@example.org`;
    const added = await add(slug, owner, email.toUpperCase(), 'developer');
    expect(added.status).toBe(201);
    expect(added.body.member).toMatchObject({ email, role: 'developer' });
    const signedIn = await request(api.url)
      .post('/v1/session')
      .send({ email, password: added.body.password });
    expect(signedIn.body.teams).toEqual([{ slug, name: 'Some people', role: 'developer' }]);
    expect((await add(slug, owner, email)).body.code).toBe('already_member');
  });

  it('who has an account keeps password and name', async () => {
    const { slug, owner } = await newTeam();
    const user = await makeUser(api.database.db);
    expect((await add(slug, owner, user.email)).body.password).toBeNull();
    const signedIn = await request(api.url).post('/v1/session').send({ email: user.email, password });
    expect(signedIn.status).toBe(200);
  });

  it('who is an owner cannot leave the team without one', async () => {
    const { slug, owner } = await newTeam();
    const change = (role: string) =>
      request(api.url).patch(`/v1/teams/${slug}/members/${owner.id}`).set(as(owner)).send({ role });
    expect((await change('viewer')).body.code).toBe('last_owner');
    expect((await change('owner')).status).toBe(200);
    const second = await makeUser(api.database.db);
    await add(slug, owner, second.email, 'owner');
    const leave = (user: TestUser) =>
      request(api.url).delete(`/v1/teams/${slug}/members/${user.id}`).set(as(user));
    const answers = await Promise.all([leave(owner), leave(second)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  it('who is removed can do nothing any more, by any token', async () => {
    const { slug, owner } = await newTeam();
    const user = await makeUser(api.database.db);
    await add(slug, owner, user.email, 'developer');
    const limited = await request(api.url)
      .post('/v1/tokens')
      .set(as(user))
      .send({ name: 'limited', scopes: ['read'], team: slug });
    const see = (token: string) =>
      request(api.url).get(`/v1/teams/${slug}`).set('Authorization', `Bearer ${token}`);
    expect((await see(limited.body.secret)).status).toBe(200);
    await request(api.url).delete(`/v1/teams/${slug}/members/${user.id}`).set(as(owner));
    expect((await see(user.token)).status).toBe(404);
    expect((await see(limited.body.secret)).status).toBe(401);
  });
});

describe('an invitation', () => {
  const invite = (slug: string, owner: TestUser, email: string, role = 'developer') =>
    request(api.url).post(`/v1/teams/${slug}/invitations`).set(as(owner)).send({ email, role });
  const secretOf = (answer: request.Response) => (answer.body.url as string).split('#')[1];
  const accept = (secret: string | undefined) =>
    request(api.url).post('/v1/invitations/accept').send({ secret, name: 'Jo', password });

  it('makes an account and a member, once, however many use the link at the same time', async () => {
    const { slug, owner } = await newTeam();
    const email = `invited${counter}@example.org`;
    const made = await invite(slug, owner, email.toUpperCase());
    expect(made.status).toBe(201);
    const secret = secretOf(made);
    const look = await request(api.url).post('/v1/invitations/look').send({ secret });
    expect(look.body).toMatchObject({ team: { slug }, email, role: 'developer', hasAccount: false });
    const ends = await Promise.all([accept(secret), accept(secret), accept(secret)]);
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 404, 404]);
    const joined = ends.find(({ status }) => status === 200);
    expect(joined?.body.teams).toEqual([{ slug, name: 'Some people', role: 'developer' }]);
    expect(joined?.get('Set-Cookie')?.[0]).toContain('berth_session=');
    expect((await request(api.url).post('/v1/session').send({ email, password })).status).toBe(200);
    const list = await request(api.url).get(`/v1/teams/${slug}/invitations`).set(as(owner));
    expect(list.body.items).toEqual([]);
  });

  it('for who has an account is good for that account alone', async () => {
    const { slug, owner } = await newTeam();
    const user = await makeUser(api.database.db);
    const other = await makeUser(api.database.db);
    const secret = secretOf(await invite(slug, owner, user.email, 'viewer'));
    const join = (who: TestUser) =>
      request(api.url).post('/v1/invitations/join').set(as(who)).send({ secret });
    expect((await join(other)).body.code).toBe('invitation_not_yours');
    expect((await accept(secret)).body.code).toBe('email_taken');
    expect((await join(user)).status).toBe(204);
    expect((await join(user)).body.code).toBe('invitation_not_found');
    expect((await invite(slug, owner, user.email)).body.code).toBe('already_member');
  });

  it('is over when it is withdrawn, made anew, old, or its maker may invite nobody any more', async () => {
    const { slug, owner } = await newTeam();
    const email = `late${counter}@example.org`;
    const first = await invite(slug, owner, email);
    const second = await invite(slug, owner, email);
    expect((await accept(secretOf(first))).status).toBe(404);
    const path = `/v1/teams/${slug}/invitations/${second.body.invitation.id}`;
    expect((await request(api.url).delete(path).set(as(owner))).status).toBe(204);
    expect((await accept(secretOf(second))).status).toBe(404);
    const old = await invite(slug, owner, email);
    const { id } = old.body.invitation as { id: string };
    await api.database.db.invitation.update({ where: { id }, data: { expiresAt: new Date() } });
    expect((await accept(secretOf(old))).status).toBe(404);
    const leaving = await makeUser(api.database.db);
    await add(slug, owner, leaving.email, 'owner');
    const last = await invite(slug, leaving, email);
    await request(api.url).delete(`/v1/teams/${slug}/members/${leaving.id}`).set(as(owner));
    expect((await accept(secretOf(last))).status).toBe(404);
  });

  it('is made by owners alone', async () => {
    const { slug, owner } = await newTeam();
    const developer = await makeUser(api.database.db);
    await add(slug, owner, developer.email, 'developer');
    expect((await invite(slug, developer, 'x@example.org')).body.code).toBe('role_too_low');
  });
});

describe('events', () => {
  it('tell who did what, newest first, page by page, to those who may see it', async () => {
    const { slug, owner } = await newTeam();
    const user = await makeUser(api.database.db);
    await add(slug, owner, user.email, 'developer');
    const page = async (query: string, as_ = owner) =>
      (await request(api.url).get(`/v1/events?team=${slug}&${query}`).set(as(as_))).body;
    const first = await page('limit=1');
    expect(first.items[0]).toMatchObject({
      kind: 'member.added',
      team: slug,
      actor: owner.email,
      data: { email: user.email, role: 'developer' },
    });
    const second = await page(`limit=1&cursor=${first.next}`);
    expect(second.items[0].kind).toBe('team.created');
    expect((await page('about=team')).items.map((one: { kind: string }) => one.kind)).toEqual([
      'team.created',
    ]);
    expect((await page('about=nothing')).status).toBe(400);
    await request(api.url).post('/v1/session').send({ email: user.email, password });
    const own = (await request(api.url).get('/v1/events').set(as(user))).body.items;
    expect(own.map((one: { kind: string }) => one.kind)).toEqual(
      expect.arrayContaining(['member.added', 'user.signed_in']),
    );
    const stranger = await makeUser(api.database.db);
    expect((await page('', stranger)).code).toBe('team_not_found');
    const theirs = (await request(api.url).get('/v1/events').set(as(stranger))).body.items;
    expect(theirs).toEqual([]);
  });
});
