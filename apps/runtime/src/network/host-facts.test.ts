import { describe, expect, it } from 'vitest';
import { formatBlock } from '#libs/core/subnet.js';
import { parseRoutes } from './host-facts.js';

describe('routes of the host', () => {
  it('are read from the kernel table, the default route and those that refuse left out', () => {
    const table = [
      'Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT',
      'eth0	00000000	0102A8C0	0003	0	0	0	00000000	0	0	0',
      'docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0',
      '*	0000600A	00000000	0201	0	0	4278198272	0000FCFF	0	0	0',
      'eth0	0002A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0',
      '',
    ].join('\n');
    expect(parseRoutes(table).map(formatBlock)).toEqual(['172.17.0.0/16', '192.168.2.0/24']);
  });
});
