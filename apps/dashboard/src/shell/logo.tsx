/** The mark of favicon.svg. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="8" fill="#0e5f76" />
      <path
        d="M7 12.5h18M10.5 7.5v5M21.5 7.5v5"
        stroke="#fff"
        strokeWidth="2.4"
        strokeLinecap="round"
        fill="none"
      />
      <path d="M8 17h16l-2.6 5.4a3 3 0 0 1-2.7 1.7h-5.4a3 3 0 0 1-2.7-1.7z" fill="#ffd48a" />
    </svg>
  );
}
