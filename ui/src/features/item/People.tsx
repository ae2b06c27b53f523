import { addressText } from "@/app/addresses";
import { useFilter } from "@/app/filter/useFilter";
import type { LinkView, Role } from "@/generated/types";
import { Section } from "./Section";

const roles: Record<Role, string> = {
  sender: "From",
  recipient: "To",
  copied: "Copy to",
  attendee: "Attended by",
  organizer: "Organised by",
  subject: "About",
  depicted: "Shows",
  seller: "Sold by",
  channel: "Channel",
  location: "At",
  device: "Device",
  label: "Label",
};

/** Who and what is in the item; each narrows the filter. */
export function People({ links }: { links: LinkView[] }) {
  const { filter, setFilter } = useFilter();
  if (links.length === 0) return null;
  const narrowTo = ({ kind, name, address, known_as }: LinkView) => {
    const value = known_as || name || address;
    setFilter(kind === "label" ? { ...filter, labels: [value] } : { ...filter, people: [value] });
  };
  return (
    <Section title="In it">
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
        {links.map((link) => (
          <div key={`${link.role}:${link.kind}:${link.address}`} className="contents">
            <dt className="text-faint">{roles[link.role]}</dt>
            <dd className="min-w-0">
              <button
                type="button"
                title="Narrow to this"
                onClick={() => narrowTo(link)}
                className="max-w-full truncate text-left hover:text-accent hover:underline"
              >
                {link.name || (addressText(link.address) ?? link.address)}
                {link.known_as && <span className="text-soft"> ({link.known_as})</span>}
                {link.name && <span className="text-faint"> {addressText(link.address)}</span>}
              </button>
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
