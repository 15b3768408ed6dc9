import { describeEngineContract } from '../contract.js';
import { label } from '../port.js';
import { MemoryEngine } from './memory-engine.js';

const berthId = 'memory';

describeEngineContract('memory', async () => ({
  berthId,
  engine: new MemoryEngine({
    berthId,
    images: ['image'],
    programs: {
      speak: {
        lines: [
          { stream: 'stdout', text: 'out one' },
          { stream: 'stderr', text: 'err two' },
          { stream: 'stdout', text: 'out three' },
        ],
      },
      exit3: { exits: 3 },
      listen: { listens: [{ address: '0.0.0.0', port: 8080 }] },
      'ignore-term': { ignoresTerm: true },
      echo: { echoes: true },
      'which-stdin': { tellsStdin: true },
      'tell-size': { lines: [{ stream: 'stdout', text: 'ready' }], tellsSize: true },
      count: { counts: true },
      'cling-on': { lines: [{ stream: 'stdout', text: 'up' }] },
    },
  }),
  image: 'image',
  missingImage: 'nowhere',
  network: {
    name: 'berth-memory-team',
    bridge: 'bmemoryt1',
    subnet: '10.64.0.0/22',
    gateway: '10.64.0.1',
    labels: { [label.id]: berthId },
  },
  addresses: ['10.64.0.2', '10.64.0.3'],
  commands: {
    speak: ['speak'],
    exit3: ['exit3'],
    listen: ['listen'],
    ignoreTerm: ['ignore-term'],
    missing: ['no-such'],
    echo: ['echo'],
    whichStdin: ['which-stdin'],
    tellSize: ['tell-size'],
    clingOn: ['cling-on'],
    count: ['count'],
  },
  close: async () => {},
}));
