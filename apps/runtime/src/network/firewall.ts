import { runHostTool } from '#libs/config/host-tool.js';
import { messageOf } from '#libs/core/errors.js';
import { firewallRules, tableName, type FirewallInput } from './firewall-rules.js';

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
      await runHostTool(this.nft, ['-f', '-'], wanted);
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
    await runHostTool(this.nft, ['-f', '-'], `add table inet ${table}\ndelete table inet ${table}\n`);
    this.#wanted = null;
  }

  #print(berthId: string): Promise<string> {
    return runHostTool(this.nft, ['list', 'table', 'inet', tableName(berthId)]).catch(() => '');
  }
}
