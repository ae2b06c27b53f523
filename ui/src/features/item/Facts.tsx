import { bytes, duration, machineMoment, measure } from "@/app/format";
import { Section } from "./Section";

/** The unit that a number's key ends in, or is; and how it is read. */
const units: [ending: RegExp, read: (value: number) => string][] = [
  [/_s$/, duration],
  [/_m$/, (metres) => (metres < 1000 ? `${measure(metres)} m` : `${measure(metres / 1000)} km`)],
  [/_km$/, (km) => `${measure(km)} km`],
  [/^bytes$/, bytes],
  [/^uploaded$/, (seconds) => machineMoment(seconds * 1000)],
];

const unitOf = (key: string) => units.find(([ending]) => ending.test(key));

function named(key: string): string {
  const words = key.replace(/_(s|m|km)$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function written(value: unknown, key = ""): string {
  if (typeof value === "number") return (unitOf(key)?.[1] ?? measure)(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== "object")) return value.map((one) => written(one)).join(", ");
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
            <dd className="tabular wrap-anywhere">{written(value, key)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
