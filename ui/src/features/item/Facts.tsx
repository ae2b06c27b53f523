import { measure } from "@/app/format";
import { Section } from "./Section";

const named = (key: string): string => {
  const words = key.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
};

function written(value: unknown): string {
  if (typeof value === "number") return measure(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.map(written).join(", ");
  return JSON.stringify(value);
}

/** What is particular to the item's kind. */
export function Facts({ data }: { data: Record<string, unknown> }) {
  const facts = Object.entries(data).filter(([, value]) => value !== null && value !== "");
  if (facts.length === 0) return null;
  return (
    <Section title="Details">
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {facts.map(([key, value]) => (
          <div key={key} className="contents">
            <dt className="text-faint">{named(key)}</dt>
            <dd className="tabular wrap-anywhere">{written(value)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
