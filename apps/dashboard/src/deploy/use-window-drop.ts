import { useEffect, useState } from 'react';
import { sourceOfDrop, type ChoiceProblem, type ChosenSource } from './chosen-source.ts';

/** Takes files dropped anywhere on the page. Answers whether files hover over it now. */
export function useWindowDrop(
  onDrop: (source: ChosenSource | ChoiceProblem) => void,
  enabled = true,
): boolean {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    if (!enabled) return;
    // dragenter and dragleave fire for every element passed: count them.
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setHovering(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setHovering(false);
    };
    const over = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      depth = 0;
      setHovering(false);
      void sourceOfDrop(event.dataTransfer).then(onDrop);
    };
    // Captured, so that it comes before the shell refuses what nobody takes (use-no-stray-drop.ts).
    const listening = new AbortController();
    const options = { capture: true, signal: listening.signal };
    window.addEventListener('dragenter', enter, options);
    window.addEventListener('dragleave', leave, options);
    window.addEventListener('dragover', over, options);
    window.addEventListener('drop', drop, options);
    return () => listening.abort();
  }, [onDrop, enabled]);
  return hovering;
}
