import { expect, it } from 'vitest';
import type { ExplainLayer } from '#libs/contracts/api/explain.js';
import { styleFor } from '../ui/style.js';
import { width } from '../ui/text.js';
import { drawStack } from './stack.js';

it.each([40, 80, 120])(
  'the stack stays within its box and %i columns, whatever letters are in it',
  (columns) => {
    const layer = (owner: ExplainLayer['owner'], name: ExplainLayer['name']): ExplainLayer => ({
      name,
      owner,
      service: 'PaaS',
      thing: null,
      title: 'Operating system of the machine',
      about: 'What is said of it in a sentence that is longer than a narrow line, by far.',
      facts: [{ name: 'commit', value: '修复首页的问题'.repeat(20) }],
    });
    const view = {
      app: 'hello',
      release: 1,
      layers: [layer('you', 'data'), layer('berth', 'runtime'), layer('host', 'hardware')],
      sharing: { layers: [], apps: [] },
    };
    for (const line of drawStack(view, styleFor(false), columns))
      expect(width(line)).toBeLessThanOrEqual(columns);
  },
);
