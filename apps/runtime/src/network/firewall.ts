import { spawn } from 'node:child_process';
import { messageOf } from '#libs/core/errors.js';
import { firewallRules, tableName, type FirewallInput } from './firewall-rules.js';

const patienceMs = 10_000;

/** Berth's own nftables table on this host: applied whole, checked against the kernel at each full look. */
export class Firewall {
  #wanted: string | null = null;
  /** How the kernel prints what was applied: the same text later means that nobody touched it. */
  #printed: string | null = null;
  #problem: string | null = 'not applied yet';

  constructor(private readonly nft: string = 'nft') {}

  /** null: in force. Otherwise why not, in a sentence for the operator. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Makes the table what it should be; true when something had to be changed. */
  async ensure(input: FirewallInput): Promise<boolean> {
    const wanted = firewallRules(input);
    try {
      if (wanted === this.#wanted && (await this.#print(input.berthId)) === this.#printed) return false;
      await run(this.nft, ['-f', '-'], wanted);
      this.#printed = await this.#print(input.berthId);
      this.#wanted = wanted;
      this.#problem = null;
      return true;
    } catch (error) {
      this.#wanted = null;
      this.#problem = `The firewall between teams could not be set: ${messageOf(error)}. Install nftables and run Berth as root.`;
      throw error;
    }
  }

  /** Takes the table away, for a host that Berth leaves. */
  async remove(berthId: string): Promise<void> {
    const table = tableName(berthId);
    await run(this.nft, ['-f', '-'], `add table inet ${table}\ndelete table inet ${table}\n`);
    this.#wanted = null;
  }

  #print(berthId: string): Promise<string> {
    return run(this.nft, ['list', 'table', 'inet', tableName(berthId)]).catch(() => '');
  }
}

/** Runs nft without a shell; the rules go in by stdin. Rejects with what it printed. */
function run(command: string, args: string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: patienceMs });
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    child.stdin.on('error', () => undefined);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(Buffer.concat(output).toString('utf8'));
      else
        reject(
          new Error(`nft ended with ${code}: ${Buffer.concat(errors).toString('utf8').trim().slice(0, 500)}`),
        );
    });
    child.stdin.end(input ?? '');
  });
}
