/** Path of the oldest Node that the command `berth` promises to run on, brought to `tools` unless it is on the PATH. */
export function oldestNode(tools: string): Promise<string>;
