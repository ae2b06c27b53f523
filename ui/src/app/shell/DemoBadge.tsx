import { useDemoMode } from "../useDemoMode";

/** Says, for as long as it is so, that what is shown is masked. */
export function DemoBadge() {
  if (!useDemoMode()) return null;
  return (
    <p role="status" className="border-line border-b bg-warn-wash px-3 py-0.5 text-[12px]">
      Demo mode: personal data is masked where it is recognised. First names in running text, places and file names may still show.
    </p>
  );
}
