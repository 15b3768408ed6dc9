import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tester } from '../../../test/support/database.js';
import { registryNames } from '#libs/config/env.js';
import { parseImageReference } from '#libs/images/image-reference.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { setMirrors } from '#libs/store/mirrors.js';
import { ownImage } from './own-image.js';
import type { BuildRun } from './pipeline.js';
import { Workshop } from './testing/workshop.js';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.close());

describe('an image of a team’s own', () => {
  it('is deployed by its name at the platform; another team’s is not there', async () => {
    const { appId, deploy } = await workshop.app();
    const files = { 'package.json': JSON.stringify({ scripts: { start: 'node a.js' } }), 'a.js': '' };
    await workshop.build((await deploy(files)).id);
    const { name, team } = await workshop.db.app.findUniqueOrThrow({
      where: { id: appId },
      include: { team: true },
    });
    const other = await workshop.app();
    for (const host of registryNames(workshop.parts.env)) {
      const image = `${host}/${team.slug}/${name}:d1-1`;
      const take = (id: string) =>
        acceptDeployment(workshop.db, {
          appId: id,
          trigger: 'image',
          actor: tester,
          source: { kind: 'image', image },
        });
      const own = await workshop.build((await take(appId)).deployment.id);
      expect(own).toMatchObject({ status: 'starting', error: null });
      const stolen = await workshop.build((await take(other.appId)).deployment.id);
      expect(stolen.error).toMatchObject({ code: 'image_missing' });
    }
  });

  it('is the one that is live, where no tag is named', async () => {
    const { appId, deploy } = await workshop.app();
    const { id } = await workshop.build(
      (await deploy({ Dockerfile: `FROM ${workshop.stack}\nCMD ["/bin/sh"]\n` })).id,
    );
    const release = await workshop.db.release.findFirstOrThrow({ where: { deployments: { some: { id } } } });
    const app = { where: { id: appId }, include: { team: true } };
    const before = await workshop.db.app.findUniqueOrThrow(app);
    const image = `${registryNames(workshop.parts.env)[0]}/${before.team.slug}/${before.name}`;
    const run = { parts: workshop.parts, order: { app: before, source: { image } } } as unknown as BuildRun;
    await expect(ownImage(run, parseImageReference(image))).rejects.toMatchObject({ code: 'image_missing' });
    await workshop.db.app.update({ where: { id: appId }, data: { liveReleaseId: release.id } });
    const own = await ownImage(run, parseImageReference(image));
    expect(`${own?.name}@${own?.version}`).toBe(`${workshop.parts.registry.host}/${release.image}`);
  });

  it('cannot be the base of a Dockerfile, by whatever name of this host', async () => {
    const { deploy } = await workshop.app();
    for (const host of [...registryNames(workshop.parts.env), workshop.parts.registry.host]) {
      const { id } = await deploy({ Dockerfile: `FROM ${host}/team/app:v1\nCMD ["/bin/sh"]\n` });
      expect((await workshop.build(id)).error).toMatchObject({ code: expect.stringMatching(/base/) });
    }
  });

  it('of another team is nobody’s to build on by its id, which the Engine knows from its first letters', async () => {
    await setMirrors(workshop.db, 'images', ['http://127.0.0.1:1'], tester);
    const theirs = await workshop.image([`FROM ${workshop.stack}`, 'LABEL of="another team"']);
    const id = (await workshop.parts.docker.getImage(theirs).inspect()).Id.replace('sha256:', '');
    const { deploy } = await workshop.app();
    const own = `FROM ${workshop.stack}\n`;
    for (const text of [
      `FROM ${id.slice(0, 12)}\n`,
      `FROM stolen@sha256:${id}\n`,
      `${own}COPY --from=${id.slice(0, 12)} / /stolen\n`,
      `${own}RUN --mount=from=${id.slice(0, 12)},target=/stolen ["/bin/sh"]\n`,
    ]) {
      const deployment = await deploy({ Dockerfile: `${text}CMD ["/bin/sh"]\n` });
      expect((await workshop.build(deployment.id)).error).toMatchObject({ code: 'base_unreachable' });
    }
  });
});
