import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EdgeStats, RouteTable, RouteTarget } from '#libs/contracts/edge.js';
import { RouteBook, type TableReceiver } from './route-book.js';

const serving = (appId: string, ...ids: string[]): RouteTarget => ({
  appId,
  app: appId,
  releaseNumber: 1,
  state: 'serving',
  message: null,
  instances: ids.map((instanceId) => ({ instanceId, address: '10.0.0.2', port: 8080 })),
});

class Receiver implements TableReceiver {
  tables: RouteTable[] = [];
  /** Taken, but the answer is lost. */
  deaf = false;
  async putTable(table: RouteTable): Promise<void> {
    this.tables.push(structuredClone(table));
    await Promise.resolve();
    if (this.deaf) throw new Error('no answer');
  }
  forgets = false;
  async stats(): Promise<EdgeStats> {
    const { epoch, generation } = this.forgets ? { epoch: 0, generation: 0 } : this.tables.at(-1)!;
    return { epoch, generation, instances: {} };
  }
}

describe('route book', () => {
  it('takes everything for routed until a first table is in force', async () => {
    const book = new RouteBook(new Receiver(), 1);
    expect(book.isRouted('of-an-earlier-runtime')).toBe(true);
    await book.publish();
    expect(book.isRouted('of-an-earlier-runtime')).toBe(false);
  });

  it('sends nothing when nothing changed, and everything once the receiver has lost it', async () => {
    const receiver = new Receiver();
    const book = new RouteBook(receiver, 1);
    book.set('a', { 'a.x': serving('a', '1') });
    await book.publish();
    expect(book.set('a', { 'a.x': serving('a', '1') })).toBe(false);
    await book.publish();
    expect(receiver.tables).toHaveLength(1);
    await book.keepInForce();
    expect(receiver.tables).toHaveLength(1);
    receiver.forgets = true;
    await book.keepInForce();
    expect(receiver.tables).toHaveLength(2);
  });

  it('takes what the edge may let go on by itself for routed as well', async () => {
    const book = new RouteBook(new Receiver(), 1);
    const [instance] = serving('a', 'i').instances;
    const thaw = { file: '/freezer/c/freezer.state', text: 'THAWED' as const };
    const target = { ...serving('a'), state: 'asleep' as const, frozen: [{ ...instance!, thaw }] };
    book.set('a', { 'a.x': target });
    await book.publish();
    expect(book.isRouted('i')).toBe(true);
    book.set('a', { 'a.x': { ...target, frozen: undefined } });
    await book.publish();
    expect(book.isRouted('i')).toBe(false);
  });

  it('keeps an instance routed until a table without it is confirmed, also when answers get lost', async () => {
    const receiver = new Receiver();
    const book = new RouteBook(receiver, 1);
    book.set('a', { 'a.x': serving('a', 'old') });
    await book.publish();
    book.set('a', { 'a.x': serving('a', 'new') });
    expect(book.isRouted('old')).toBe(true);
    receiver.deaf = true;
    await expect(book.publish()).rejects.toThrow('no answer');
    expect([book.isRouted('old'), book.isRouted('new')]).toEqual([true, true]);
    receiver.deaf = false;
    await book.publish();
    expect([book.isRouted('old'), book.isRouted('new')]).toEqual([false, true]);
  });

  it('never calls an instance unrouted that the receiver may still use', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.subarray(['1', '2', '3', '4']), fc.boolean()), {
          maxLength: 20,
        }),
        async (changes) => {
          const receiver = new Receiver();
          const book = new RouteBook(receiver, 1);
          for (const [app, ids, deaf] of changes) {
            receiver.deaf = deaf;
            book.set(app, ids.length === 0 ? {} : { [`${app}.x`]: serving(app, ...ids) });
            await book.publish().catch(() => undefined);
            // The receiver may have taken the last table it was sent, whether or not it could say so.
            const inForce = receiver.tables.at(-1)?.hosts ?? {};
            for (const target of Object.values(inForce)) {
              for (const { instanceId } of target.instances) expect(book.isRouted(instanceId)).toBe(true);
            }
          }
        },
      ),
    );
  });

  it('names on each bridge the apps of its own team, by their own host, and no other’s', async () => {
    const receiver = new Receiver();
    const book = new RouteBook(receiver, 1);
    const bridges = [
      { teamId: 't1', gateway: '10.64.0.1', subnet: '10.64.0.0/22' },
      { teamId: 't2', gateway: '10.64.4.1', subnet: '10.64.4.0/22' },
    ];
    book.setNetworks(bridges);
    book.set('a', { 'a.x': serving('a', '1'), 'a.example': serving('a', '1') }, 't1');
    book.set('b', { 'b.x': serving('b', '2') }, 't2');
    await book.publish();
    expect(receiver.tables.at(-1)?.gates).toEqual([
      { gateway: '10.64.0.1', subnet: '10.64.0.0/22', apps: { a: 'a.x' } },
      { gateway: '10.64.4.1', subnet: '10.64.4.0/22', apps: { b: 'b.x' } },
    ]);
    book.setNetworks(structuredClone(bridges));
    await book.publish();
    expect(receiver.tables).toHaveLength(1);
    // An app that changes hands changes the table, though its hosts stay as they are.
    book.set('a', { 'a.x': serving('a', '1'), 'a.example': serving('a', '1') }, 't2');
    book.set('b', {}, 't2');
    await book.publish();
    expect(receiver.tables.at(-1)?.gates?.map(({ apps }) => apps)).toEqual([{}, { a: 'a.x' }]);
  });

  it('numbers its tables upwards within the epoch', async () => {
    const receiver = new Receiver();
    const book = new RouteBook(receiver, 7);
    for (const id of ['1', '2', '3']) {
      book.set('a', { 'a.x': serving('a', id) });
      await book.publish();
    }
    expect(receiver.tables.map(({ epoch, generation }) => [epoch, generation])).toEqual([
      [7, 1],
      [7, 2],
      [7, 3],
    ]);
  });

  it('lets several callers wait for one table', async () => {
    const receiver = new Receiver();
    const book = new RouteBook(receiver, 1);
    book.set('a', { 'a.x': serving('a', '1') });
    await Promise.all([book.publish(), book.publish(), book.publish()]);
    expect(receiver.tables).toHaveLength(1);
  });
});
