import { Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { useFilter } from "@/app/filter/useFilter";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { inputLook } from "@/components/Field";
import { Page } from "@/components/Page";
import { Empty, Failed, Skeleton } from "@/components/States";
import { PersonCard } from "./PersonCard";

/** People that are asked for; the rest is found by name. */
const MOST = 200;

/** Who there is, the most frequent first. */
export function PeoplePage() {
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const { data, error, refetch, isFetching } = engine.usePeopleQuery({ text, limit: MOST });
  const { setFilter } = useFilter();
  return (
    <Page
      title="People"
      note={data && data.people.length >= MOST ? `The ${MOST} most frequent; type a name for others.` : undefined}
      actions={
        <input
          aria-label="Find a person"
          placeholder="Name or address"
          className={`${inputLook} max-w-60`}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      }
    >
      {error && !isFetching && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton label="Loading the people" />}
      {data?.people.length === 0 && (
        <Empty icon={Users} title={text === "" ? "Nobody yet" : "Nobody has a name or address like that"}>
          People come from mails, messages, calendars and contacts.
        </Empty>
      )}
      <ul aria-label="People" className="grid grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-2">
        {data?.people.map((person) => (
          <li key={`${person.name}:${person.addresses[0] ?? ""}`}>
            <PersonCard person={person} onOpen={(name) => setFilter({ people: [name] }, { to: "/timeline" })} />
          </li>
        ))}
      </ul>
    </Page>
  );
}
