import { useState } from "react";
import { useFilter } from "@/app/filter/useFilter";
import { duration, fullMoment, offset } from "@/app/format";
import { kinds, sourceLabel } from "@/app/kinds";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed, Skeleton } from "@/components/States";
import type { ItemView } from "@/generated/types";
import { type ForgetAsked, ForgetButton, ForgetDialog } from "../forget/Forget";
import { Blobs } from "./Blobs";
import { Facts } from "./Facts";
import { KindIcon } from "./KindIcon";
import { LaidOut } from "./LaidOut";
import { Origin } from "./Origin";
import { People } from "./People";
import { Related } from "./Related";
import { Where } from "./Where";

type Props = { id: string; onOpen: (id: string) => void; onForgotten: () => void };

/** Everything known of an item. */
export function Inspector({ id, onOpen, onForgotten }: Props) {
  const [forgetting, setForgetting] = useState<ForgetAsked | null>(null);
  return (
    <>
      <Item id={id} onOpen={onOpen} onForget={setForgetting} />
      {forgetting && (
        <ForgetDialog
          {...forgetting}
          onClose={(forgotten) => {
            setForgetting(null);
            if (forgotten) onForgotten();
          }}
        />
      )}
    </>
  );
}

type ItemProps = { id: string; onOpen: (id: string) => void; onForget: (asked: ForgetAsked) => void };

function Item({ id, onOpen, onForget }: ItemProps) {
  const { data: item, error, refetch, isFetching } = engine.useItemQuery({ id });
  if (error && !isFetching) return <Failed className="m-3" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (item === undefined || item.id !== id) return <Skeleton lines={8} label="Loading the item" />;
  return (
    <article aria-label={item.title || "Untitled"} className="flex flex-col gap-4 p-4">
      <header className="flex flex-col gap-1">
        <div className="flex items-center gap-1.5 text-soft">
          <KindIcon kind={item.kind} />
          <span>{kinds[item.kind].label}</span>
          {sourceLabel(item.source) !== kinds[item.kind].label && <span className="text-faint">· {sourceLabel(item.source)}</span>}
          {item.hidden && (
            <span className="rounded bg-sunken px-1 text-faint" title={item.hidden_because ?? undefined}>
              hidden
            </span>
          )}
        </div>
        <h2 className="font-semibold text-[16px] leading-6 wrap-anywhere">{item.title || "Untitled"}</h2>
        <When item={item} />
        {item.place && <Where place={item.place} />}
      </header>
      <Blobs id={item.id} blobs={item.blobs} />
      {item.text && <p className="whitespace-pre-wrap text-[14px] leading-[22px] wrap-anywhere">{item.text}</p>}
      {item.kind === "mail" && <LaidOut key={item.id} id={item.id} />}
      <People links={item.links} />
      <Facts data={item.data} />
      <Related title="Conversation" rows={item.thread_rows} current={item} onOpen={onOpen} />
      <Related title="Near it in time" rows={item.nearby} current={item} onOpen={onOpen} />
      <MoreLikeThis id={item.id} />
      <Origin item={item} />
      <ForgetButton
        onAsk={() => onForget({ what: item.title ? `“${item.title}”` : "this item", request: { items: [item.id], filter: {} } })}
      />
    </article>
  );
}

/** To what means nearly the same, in all of the vault. */
function MoreLikeThis({ id }: { id: string }) {
  const { goTo } = useFilter();
  return (
    <Button look="quiet" className="self-start" onClick={() => goTo({ like: id, item: id })}>
      More like this
    </Button>
  );
}

const doubts = {
  exact: null,
  offset_inferred: "time zone inferred from where you were",
  zone_unknown: "the source gave no time zone",
  date_only: "the source gave a date alone",
};

function When({ item }: { item: ItemView }) {
  if (!item.at) return <p className="text-faint">Its time is not known.</p>;
  const doubt = item.certainty ? doubts[item.certainty] : null;
  return (
    <p className="text-soft">
      <time dateTime={item.at}>{fullMoment(item.at)}</time>
      {item.offset_min != null && <span className="text-faint"> {offset(item.offset_min)}</span>}
      {item.until_ms != null && item.at_ms != null && item.until_ms > item.at_ms && (
        <Lasted seconds={(item.until_ms - item.at_ms) / 1000} />
      )}
      {doubt && <span className="block text-faint">{doubt}</span>}
    </p>
  );
}

function Lasted({ seconds }: { seconds: number }) {
  return <span>, {duration(seconds)}</span>;
}
