export interface Observed {
  layoutShift: number;
  /** What moved: by how much, and the beginning of the element. */
  shifted: string[];
  firstPaint: number;
  largestPaint: number;
  longTasks: number;
}

export interface Looked {
  language: string;
  title: string;
  charset: string;
  metas: string[];
  headings: number;
  elements: number;
  overflow: string | null;
  /** What is tapped and too small, with its size. */
  smallTargets: string[];
  /** What is pressed and wider inside than its box, so that it lies over its neighbour. */
  spilling: string[];
  observed: Observed;
}

export function observe(): void;
export function lookAround(smallestPx: number): Looked;
export function drawn(): Promise<void>;
/** Has this element the focus, and the beginning of what has it without showing it. */
export function whereFocusIs(wanted: unknown): { has: boolean; unseen: string | null };
