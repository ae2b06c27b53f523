import { count } from "@/app/format";
import { hueOf, isKind, kinds } from "@/app/kinds";
import type { NamedCount } from "@/generated/types";

/** The kinds of a span as one thin bar. */
export function KindBar({ counts }: { counts: NamedCount[] }) {
  const total = counts.reduce((sum, one) => sum + one.count, 0);
  if (total === 0) return null;
  const words = counts.map(({ name, count: n }) => `${count(n)} ${isKind(name) ? kinds[name].many : name}`).join(", ");
  return (
    <span role="img" aria-label={words} title={words} className="flex h-1.5 w-24 self-center overflow-hidden rounded-full">
      {counts.map(({ name, count: n }) => (
        <span key={name} style={{ width: `${(n / total) * 100}%`, background: hueOf(name) }} />
      ))}
    </span>
  );
}
