import { hueOf, kinds } from "@/app/kinds";
import type { Kind } from "@/generated/types";

/** The icon of a kind in the hue of its family. */
export function KindIcon({ kind, className = "size-4" }: { kind: Kind; className?: string }) {
  const { icon: Icon, label } = kinds[kind];
  return <Icon role="img" aria-label={label} className={`${className} shrink-0`} style={{ color: hueOf(kind) }} strokeWidth={1.75} />;
}
