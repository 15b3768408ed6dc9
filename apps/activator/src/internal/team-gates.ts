import type { RouteTable } from '#libs/contracts/edge.js';
import { TeamGate, type GateOptions } from '#apps/activator/src/internal/team-gate.js';

/** The gates of all teams on this host, as the table in force names them. */
export class TeamGates {
  readonly #options: GateOptions;
  readonly #gates = new Map<string, TeamGate>();
  #shut = false;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Opens and closes gates, so that there is one for each that the table names. */
  apply(table: RouteTable): void {
    if (this.#shut) return;
    const rows = new Map((table.gates ?? []).map((row) => [row.gateway, row]));
    for (const [gateway, gate] of this.#gates) {
      if (rows.get(gateway)?.subnet === gate.subnet) continue;
      gate.close();
      this.#gates.delete(gateway);
    }
    for (const [gateway, row] of rows) {
      const known = this.#gates.get(gateway);
      if (known !== undefined) {
        known.set(row);
        continue;
      }
      const gate = new TeamGate(row, this.#options);
      this.#gates.set(gateway, gate);
      gate.open();
    }
  }

  /** Takes no new connections, from now on. */
  shut(): void {
    this.#shut = true;
    for (const gate of this.#gates.values()) gate.shut();
  }

  /** Resolves once nothing is open any more. Call it before `shut`. */
  async ended(): Promise<void> {
    await Promise.all([...this.#gates.values()].map((gate) => gate.ended()));
  }

  /** Ends what is still open. */
  cut(): void {
    for (const gate of this.#gates.values()) gate.cut();
  }
}
