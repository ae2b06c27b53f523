type Props = { share: number | null; className?: string };

/** A small ring that fills; it turns while the end is not known. */
export function Ring({ share, className }: Props) {
  const round = 2 * Math.PI * 6;
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className={`${className ?? ""} ${share === null ? "animate-spin" : ""} -rotate-90`}>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeOpacity="0.25" strokeWidth="2" />
      <circle
        cx="8"
        cy="8"
        r="6"
        fill="none"
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray={`${round * (share ?? 0.25)} ${round}`}
        strokeLinecap="round"
      />
    </svg>
  );
}
