import { describe, expect, it } from 'vitest';
import { autoscaleOf, autoscaleSettings, changedAutoscale } from './autoscale.js';
import { manifest, sleepOf } from './manifest.js';

const app = (change: Record<string, unknown> = {}) => ({
  scale: { web: 1 },
  autoscale: {},
  webInstances: 1,
  sleep: {},
  ...change,
});
const file = (scale: Record<string, number>) => manifest.parse({ env: {}, sleep: {}, scale });

describe('an app’s web instances', () => {
  it('are a fixed number unless a most above it is set', () => {
    expect(autoscaleOf(app({ scale: { web: 3 }, webInstances: 9 }), undefined)).toMatchObject({
      enabled: false,
      wanted: 3,
    });
    expect(autoscaleOf(app(), { concurrency: 5 })).toMatchObject({
      enabled: false,
      wanted: 1,
      concurrency: 5,
    });
    expect(autoscaleOf(app(), { min: 2, max: 2 })).toMatchObject({ enabled: false, wanted: 2 });
    expect(autoscaleOf(app(), { min: 2 })).toMatchObject({ enabled: false, wanted: 2 });
    expect(autoscaleOf(app(), { max: 1 })).toMatchObject({ enabled: false, wanted: 1 });
    expect(autoscaleOf(app(), { max: 2 })).toMatchObject({ enabled: true, min: 0, max: 2, wanted: 1 });
  });

  it('are what load last made them, between least and most; the owner’s word wins over berth.toml, field by field', () => {
    const busy = app({ webInstances: 7, autoscale: { max: 5, cpuPercent: 50 } });
    expect(autoscaleOf(busy, { min: 2, max: 9, concurrency: 8 })).toEqual({
      enabled: true,
      min: 2,
      max: 5,
      concurrency: 8,
      requestsPerSecond: null,
      cpuPercent: 50,
      wanted: 5,
    });
    expect(autoscaleOf({ ...busy, webInstances: 1 }, { min: 2 }).wanted).toBe(2);
    expect(autoscaleSettings(autoscaleOf(busy, { min: 0 }), 2)).toMatchObject({ min: 1, max: 5, cores: 1 });
  });

  it('are none when turned off, and a number that the owner named stays whatever berth.toml says', () => {
    const off = autoscaleOf(app({ scale: { web: 0 } }), { min: 1, max: 5 });
    expect(off).toMatchObject({ enabled: false, wanted: 0 });
    expect(autoscaleSettings(off, 1)).toBeNull();
    expect(autoscaleOf(app({ scale: { web: 4 }, autoscale: { enabled: false } }), { max: 2 })).toMatchObject({
      enabled: false,
      wanted: 4,
    });
  });

  it('take nonsense in the database as not set', () => {
    expect(autoscaleOf({ scale: 'x', autoscale: { max: 'many' }, webInstances: 3 }, undefined)).toMatchObject(
      {
        enabled: false,
        wanted: 1,
      },
    );
  });
});

describe('a change', () => {
  it('leaves what it does not name, unsets what is null, and null unsets all', () => {
    const present = { enabled: false, min: 1, max: 5 };
    expect(changedAutoscale(present, { enabled: null, max: 8 })).toEqual({ min: 1, max: 8 });
    expect(changedAutoscale(present, {})).toEqual(present);
    expect(changedAutoscale(present, null)).toEqual({});
  });
});

describe('sleep', () => {
  it('never comes to an app that is to have an instance at all times, by berth.toml or its owner', () => {
    expect(sleepOf(file({ min: 1 }), app()).enabled).toBe(false);
    expect(sleepOf(file({ min: 1 }), app({ autoscale: { min: 0 } })).enabled).toBe(true);
    expect(sleepOf(null, app({ autoscale: { min: 1 } })).enabled).toBe(false);
    expect(sleepOf(file({ max: 3 }), app()).enabled).toBe(true);
  });
});
