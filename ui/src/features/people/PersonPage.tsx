import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, Search, Split } from "lucide-react";
import { type ReactNode, useState } from "react";
import { addressText } from "@/app/addresses";
import { keepSearch, useFilter } from "@/app/filter/useFilter";
import { count, plural, shortDay } from "@/app/format";
import { kinds, sourceLabel } from "@/app/kinds";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Page } from "@/components/Page";
import { Failed, Skeleton } from "@/components/States";
import type { MergeView, PersonDetail } from "@/generated/types";
import { type ForgetAsked, ForgetButton, ForgetDialog } from "../forget/Forget";

const written = (address: string): string => addressText(address) ?? address.replace(/^name:/, "");

/** Someone: all that is known of them, and the way to everything with them. */
export function PersonPage() {
  const { person: number } = useParams({ from: "/people/$person" });
  const navigate = useNavigate();
  const [forgetting, setForgetting] = useState<ForgetAsked | null>(null);
  return (
    <>
      <Person id={Number(number)} onForget={setForgetting} />
      {forgetting && (
        <ForgetDialog
          {...forgetting}
          onClose={(forgotten) => {
            setForgetting(null);
            if (forgotten) void navigate({ to: "/people", search: keepSearch });
          }}
        />
      )}
    </>
  );
}

type PersonProps = { id: number; onForget: (asked: ForgetAsked) => void };

function Person({ id, onForget }: PersonProps) {
  const { currentData: person, error, refetch, isFetching } = engine.usePersonQuery({ id });
  if (error && !isFetching) return <Failed className="m-4" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (person === undefined) return <Skeleton lines={10} label="Loading the person" />;
  const { name, items, first, last, is_owner, addresses } = person;
  return (
    <Page
      title={is_owner ? `${name} (you)` : name}
      note={first && last ? `${plural(items, "item")}, ${shortDay(first)} – ${shortDay(last)}` : plural(items, "item")}
      actions={
        <Link to="/people" search={keepSearch} className="inline-flex h-8 items-center gap-1 rounded-lg px-2 text-soft hover:bg-sunken">
          <ArrowLeft aria-hidden className="size-4" />
          All people
        </Link>
      }
    >
      <Everything person={person} onForget={onForget} />
      <Counts title="Addresses" counts={addresses.map((address) => [written(address)])} />
      <Counts title="Called" counts={person.names.map((called) => [called.name, called.count])} />
      <Counts title="Items" counts={person.kinds.map(({ kind, count: n }) => [kinds[kind].many, n])} />
      <Counts title="From" counts={person.sources.map((source) => [sourceLabel(source.name), source.count])} />
      {person.merged.length > 0 && (
        <Part title="Merged">
          <ul className="flex flex-col gap-2">
            {person.merged.map((merged) => (
              <Merged key={merged.merge} id={person.id} merged={merged} />
            ))}
          </ul>
        </Part>
      )}
    </Page>
  );
}

type EverythingProps = { person: PersonDetail; onForget: (asked: ForgetAsked) => void };

function Everything({ person: { is_owner, addresses, name }, onForget }: EverythingProps) {
  const { setFilter } = useFilter();
  // An address is one person's where a name may be several people's.
  const reached = addresses.map(addressText).find((address) => address !== null);
  const withWhom = is_owner ? "me" : (reached ?? name);
  return (
    <div className="flex flex-wrap gap-2">
      <Button look="solid" onClick={() => setFilter({ people: [withWhom] }, { to: "/search" })}>
        <Search aria-hidden className="size-4" />
        Everything with {is_owner ? "you" : name}
      </Button>
      {!is_owner && (
        <ForgetButton onAsk={() => onForget({ what: `everything with ${name}`, request: { items: [], filter: { people: [withWhom] } } })} />
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h2 className="text-faint">{title}</h2>
      {children}
    </section>
  );
}

function Counts({ title, counts }: { title: string; counts: [text: string, n?: number][] }) {
  if (counts.length === 0) return null;
  return (
    <Part title={title}>
      <ul>
        {counts.map(([text, n]) => (
          <li key={text} className="flex max-w-md gap-2">
            <span className="min-w-0 flex-1 wrap-anywhere">{text}</span>
            {n !== undefined && <span className="tabular text-faint">{count(n)}</span>}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Merged({ id, merged: { merge, from } }: { id: number; merged: MergeView }) {
  const [unmerge, { error, isLoading }] = engine.usePeople_unmergeMutation();
  return (
    <li className="flex flex-col gap-1">
      <span className="flex items-center gap-3">
        <span className="min-w-0 flex-1 wrap-anywhere">{from.map((addresses) => addresses.map(written).join(", ")).join(" + ")}</span>
        <Button disabled={isLoading} onClick={() => void unmerge({ id, merge })}>
          <Split aria-hidden className="size-4" />
          Unmerge
        </Button>
      </span>
      {error && <Failed failure={asFailure(error)} />}
    </li>
  );
}
