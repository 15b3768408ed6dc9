import { Readable } from 'node:stream';
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { callerOfAuthorization, tokenOfAuthorization } from '#libs/access/authenticate.js';
import { authorizeApp } from '#libs/access/authorize.js';
import type { Caller } from '#libs/access/caller.js';
import { ENV } from '#libs/config/env.module.js';
import { platformUrl, registryNames, type Env } from '#libs/config/env.js';
import { BerthError } from '#libs/core/errors.js';
import { waitFor } from '#libs/core/wait.js';
import { assertRoom } from '#libs/source/disk.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { appByName, liveDigestOf, type App } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { removalPending } from '#libs/store/image-removals.js';
import { RegistryLock } from '#libs/store/registry-lock.js';
import { DB } from '#libs/store/store.module.js';
import { emailsOf } from '#libs/store/users.js';
import { drain, requestBody, type BodyLimits } from '../http/request-body.js';
import { Slots } from '../http/slots.js';
import { LOG } from '../log.js';
import { forward, passOn, passTags } from './forward.js';
import { answerRegistryError, RegistryRefusal } from './registry-error.js';
import { readRequest, readScopes, type RegistryRequest } from './registry-path.js';
import { RegistryTokens, TOKEN_SECONDS, type Action, type Grant } from './registry-token.js';

/** Of a layer that is pushed. */
const LAYER: BodyLimits = {
  maxBytes: 8 * 1024 ** 3,
  // Sooner than the registry is taken for the one that is silent.
  idleMs: 30_000,
  totalMs: 6 * 60 * 60_000,
  tooLarge: () => new BerthError('body_too_large', 'A layer has at most 8 GiB.'),
};
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const DRAIN_BYTES = 1024 * 1024;
const DRAIN_MS = 10_000;
/** An image of the same digest may be on its way out. */
const REMOVAL_MS = 30_000;
/**
 * Tags that builds give to their own images. `cache` above all: BuildKit believes what an image says of what its layers were made from, and so
 * gives a layer of it to whoever builds the same next, of any team.
 */
const RESERVED_TAG = /^(?:d\d+-\d+(?:-base)?|cache)$/;
/** Pushing it deploys, as pushing the branch main does; pulling it gives what is live, however that came about. */
const LIVE_TAG = 'latest';

/** What each action takes. */
const abilityFor = { pull: 'app.read', push: 'app.deploy' } as const;

/** The internal registry for people: who may, which repository, and the bytes. */
@Injectable()
export class RegistryDoor implements OnModuleDestroy {
  private readonly tokens: RegistryTokens;
  private readonly lock: RegistryLock;
  private readonly uploads = new Slots({ running: 16, waiting: 128, waitMs: 60_000 }, 'layers being pushed');

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(DB) private readonly db: Db,
    @Inject(LOG) private readonly log: Logger,
  ) {
    this.tokens = new RegistryTokens(env.BERTH_SECRET_KEY);
    this.lock = new RegistryLock(env.DATABASE_URL);
  }

  async onModuleDestroy(): Promise<void> {
    await this.lock.close();
  }

  /** The token service: gives out what the caller may do of what is asked for, which may be nothing. */
  async token(request: Request, response: Response): Promise<void> {
    await this.handle(request, response, async () => {
      const caller = await callerOfAuthorization(this.db, request.headers.authorization);
      if (caller === null)
        throw new RegistryRefusal(
          401,
          'UNAUTHORIZED',
          'Sign in with any user name and a Berth token as password.',
          {
            'WWW-Authenticate': 'Basic realm="Berth", charset="UTF-8"',
          },
        );
      const query = new URL(request.originalUrl, 'http://berth').searchParams;
      const access: Grant[] = [];
      for (const { team, app, actions } of readScopes(query.getAll('scope'))) {
        const granted: Action[] = [];
        for (const action of actions) if (await this.allows(caller, team, app, action)) granted.push(action);
        access.push({ type: 'repository', name: `${team}/${app}`, actions: granted });
      }
      const now = new Date();
      const token = await this.tokens.sign(caller.user.id, access, now);
      response.setHeader('Cache-Control', 'no-store');
      response.json({ token, access_token: token, expires_in: TOKEN_SECONDS, issued_at: now.toISOString() });
    });
  }

  /** Every request of the distribution API itself. */
  async answer(request: Request, response: Response): Promise<void> {
    await this.handle(request, response, async () => {
      const { pathname, searchParams } = new URL(request.originalUrl, 'http://berth');
      const wanted = readRequest(request.method, pathname);
      const bearer = tokenOfAuthorization(request.headers.authorization);
      const shown = bearer === null ? null : await this.tokens.read(bearer, new Date());
      if (shown === null) throw this.challenge(request, wanted, null);
      if (wanted === null) {
        if (pathname === '/v2/' || pathname === '/v2') return void response.json({});
        throw new RegistryRefusal(
          404,
          'UNSUPPORTED',
          'Repositories are TEAM/APP, and what is in them is removed by Berth alone.',
        );
      }
      if (!grants(shown.access, wanted.name, wanted.action))
        throw this.challenge(request, wanted, 'insufficient_scope');
      const app = await appByName(this.db, wanted.app);
      // It may have been deleted, or handed on, since the token was given out.
      if (app === null || app.team.slug !== wanted.team)
        throw new RegistryRefusal(404, 'DENIED', `There is no app ${wanted.name} (any more).`);
      const repository = `apps/${app.id}`;
      if (wanted.action === 'push') await assertRoom(this.env.BERTH_HOME, this.env.BERTH_MIN_FREE_DISK_MB);
      if (wanted.what === 'manifest' && wanted.action === 'push')
        return this.putManifest(request, response, { ...wanted, appId: app.id, userId: shown.userId });
      const query = await this.queryFor(searchParams, wanted, shown.access);
      await this.pass(
        request,
        response,
        { ...wanted, rest: await this.restFor(wanted, app), userId: shown.userId },
        repository,
        query,
      );
    });
  }

  /** Before anything is live, `latest` is what was pushed so. */
  private async restFor({ rest, reference }: RegistryRequest, app: App): Promise<string> {
    const live = reference === LIVE_TAG ? await liveDigestOf(this.db, app) : null;
    return live === null ? rest : `manifests/${live}`;
  }

  /** Stores an image's manifest, the end of a push; one that is tagged `latest` is deployed. */
  private async putManifest(
    request: Request,
    response: Response,
    wanted: RegistryRequest & { appId: string; userId: string },
  ): Promise<void> {
    const reference = wanted.reference ?? '';
    if (RESERVED_TAG.test(reference))
      throw new RegistryRefusal(
        403,
        'DENIED',
        `Tags such as ${reference} are those of Berth's own builds. Choose another.`,
      );
    const body = await wholeBody(request);
    const repository = `apps/${wanted.appId}`;
    const answer = await this.lock.share(() =>
      forward({
        registry: this.env.BERTH_REGISTRY,
        method: 'PUT',
        path: `/v2/${repository}/${wanted.rest}`,
        headers: request.headers,
        body: Readable.from([body]),
      }),
    );
    const digest = answer.headers['docker-content-digest'];
    if (answer.statusCode === 201 && typeof digest === 'string') {
      await this.keep(`${repository}@${digest}`);
      if (reference === LIVE_TAG) await this.deploy(wanted, digest);
    }
    await passOn(answer, response, renamer(repository, wanted.name));
  }

  /** The same image was being removed: the client is asked to push it again, once it is gone. */
  private async keep(image: string): Promise<void> {
    if (!(await removalPending(this.db, image))) return;
    const over = async () => !(await removalPending(this.db, image));
    await waitFor('the removal of the image', over, { timeoutMs: REMOVAL_MS, everyMs: 250 }).catch(
      () => undefined,
    );
    throw new RegistryRefusal(
      503,
      'UNAVAILABLE',
      'The same image was being removed meanwhile. Push it again.',
    );
  }

  private async deploy(
    wanted: RegistryRequest & { appId: string; userId: string },
    digest: string,
  ): Promise<void> {
    const name = (await emailsOf(this.db, [wanted.userId])).get(wanted.userId);
    const { deployment } = await acceptDeployment(this.db, {
      appId: wanted.appId,
      trigger: 'image',
      actor: { id: name === undefined ? null : wanted.userId, name: name ?? 'docker push' },
      source: { kind: 'image', image: `${registryNames(this.env)[0]}/${wanted.name}@${digest}` },
    });
    this.log.info({ app: wanted.name, deployment: deployment.number }, 'a pushed image is deployed');
  }

  private async pass(
    request: Request,
    response: Response,
    wanted: RegistryRequest & { userId: string },
    repository: string,
    query: string,
  ): Promise<void> {
    const sends = request.method === 'PATCH' || request.method === 'PUT';
    const free = sends ? await this.uploads.take(wanted.userId) : () => undefined;
    try {
      const answer = await forward({
        registry: this.env.BERTH_REGISTRY,
        method: request.method,
        path: `/v2/${repository}/${wanted.rest}${query}`,
        // The registry looks for parameters in a form too, and there could stand what was taken out of the query.
        headers: sends
          ? { ...request.headers, 'content-type': 'application/octet-stream' }
          : reading(request),
        body: sends ? Readable.from(requestBody(request, LAYER), { objectMode: false }) : null,
      });
      const rename = renamer(repository, wanted.name);
      if (wanted.what === 'tags' && answer.statusCode === 200)
        await passTags(answer, response, wanted.name, rename);
      else await passOn(answer, response, rename);
    } finally {
      free();
    }
  }

  /** A blob of another repository is only mounted from one that the token may pull from; otherwise it is uploaded, as the specification has it. */
  private async queryFor(
    query: URLSearchParams,
    { what }: RegistryRequest,
    access: Grant[],
  ): Promise<string> {
    const from = query.get('from');
    query.delete('from');
    const mount = query.get('mount');
    query.delete('mount');
    if (what === 'upload' && from !== null && mount !== null && grants(access, from, 'pull')) {
      const [team, name = ''] = from.split('/');
      const app = await appByName(this.db, name);
      if (app?.team.slug === team) {
        query.set('mount', mount);
        query.set('from', `apps/${app?.id}`);
      }
    }
    const text = query.toString();
    return text === '' ? '' : `?${text}`;
  }

  private async allows(caller: Caller, team: string, name: string, action: Action): Promise<boolean> {
    try {
      const { app } = await authorizeApp(this.db, caller, name, abilityFor[action]);
      return app.team.slug === team;
    } catch (error) {
      if (error instanceof BerthError) return false;
      throw error;
    }
  }

  /** 401 with the address of the token service: by the name that the client itself used. */
  private challenge(request: Request, wanted: RegistryRequest | null, error: string | null): RegistryRefusal {
    const actions = wanted?.action === 'push' ? 'pull,push' : 'pull';
    const parts = [
      `realm="${originOf(request, this.env)}/v2/token"`,
      'service="berth-registry"',
      ...(wanted === null ? [] : [`scope="repository:${wanted.name}:${actions}"`]),
      ...(error === null ? [] : [`error="${error}"`]),
    ];
    const message =
      error === null
        ? 'Sign in first: docker login.'
        : 'You may not do this, or there is no such app in this team.';
    return new RegistryRefusal(401, error === null ? 'UNAUTHORIZED' : 'DENIED', message, {
      'WWW-Authenticate': `Bearer ${parts.join(',')}`,
    });
  }

  private async handle(request: Request, response: Response, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { ours } = answerRegistryError(error, response);
      if (ours) this.log.error({ err: error }, 'A registry request failed inside Berth.');
    } finally {
      // A connection with unread bytes on it cannot carry the next request.
      await drain(request, DRAIN_BYTES, DRAIN_MS);
      if (!request.complete) request.destroy();
    }
  }
}

/** Headers of a request that brings nothing: an upload is begun without a body. */
function reading({ headers }: Request): Request['headers'] {
  const { 'content-type': _type, 'content-length': _length, ...others } = headers;
  return others;
}

function originOf(request: Request, env: Env): string {
  const { host } = request.headers;
  const isLocal = host !== undefined && /^(?:localhost|127\.0\.0\.1)(?::\d{1,5})?$/.test(host);
  return isLocal ? `http://${host}` : platformUrl(env);
}

function grants(access: readonly Grant[], name: string, action: Action): boolean {
  return access.some((grant) => grant.name === name && grant.actions.includes(action));
}

/** The repository's name inside to the one that the client knows. */
function renamer(repository: string, name: string): (path: string) => string {
  return (path) => path.replace(`/v2/${repository}/`, `/v2/${name}/`);
}

async function wholeBody(request: Request): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_MANIFEST_BYTES)
      throw new RegistryRefusal(413, 'MANIFEST_INVALID', 'A manifest has at most 4 MiB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
