import { Users } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { inputLook } from "@/components/Field";
import { Page } from "@/components/Page";
import { Empty, Failed, Skeleton } from "@/components/States";
import { Me } from "./Me";
import { PersonCard } from "./PersonCard";
import { pagedPeople } from "./pages";
import { Suggestions } from "./Suggestions";

/** Who there is, the most frequent first; who may be one; and who the owner is. */
export function PeoplePage() {
  const [typed, setTyped] = useState("");
  const text = useDeferredValue(typed.trim());
  const { data, error, refetch, isFetching, hasNextPage, fetchNextPage } = pagedPeople.usePeoplePagesInfiniteQuery({ text });
  const { data: stats } = engine.useStatsQuery({});
  const people = data?.pages.flatMap((page) => page.people);
  return (
    <Page
      title="People"
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
      {text === "" && stats !== undefined && stats.items > 0 && <Me />}
      {text === "" && <Suggestions />}
      {error && !isFetching && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {people === undefined && !error && <Skeleton label="Loading the people" />}
      {people?.length === 0 && (
        <Empty icon={Users} title={text === "" ? "Nobody yet" : "Nobody has a name or address like that"}>
          {text === ""
            ? "People come with mails, messages, calendars and contacts. Import an export that has some."
            : "Try a part of the name, or an address."}
        </Empty>
      )}
      {text === "" && people !== undefined && people.length > 0 && <h2 className="font-semibold text-[14px]">Everyone</h2>}
      <ul aria-label="People" className="grid grid-cols-[repeat(auto-fill,minmax(260px,1fr))] gap-2">
        {people?.map((person) => (
          <li key={person.id}>
            <PersonCard person={person} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button className="self-center" disabled={isFetching} onClick={() => void fetchNextPage()}>
          Show more people
        </Button>
      )}
    </Page>
  );
}
