import { Bookmark, Trash2 } from "lucide-react";
import { useState } from "react";
import { addressOf } from "@/app/filter/address";
import { useFilter } from "@/app/filter/useFilter";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button, IconButton } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Failed } from "@/components/States";
import type { SavedSearchView, SearchMode } from "@/generated/types";

/** The searches that are kept: a press runs one, which stands in the address from then on. */
export function SavedSearches() {
  const { data } = engine.useSaved_searchesQuery({});
  const [remove] = engine.useRemove_searchMutation();
  const { goTo } = useFilter();
  if (data === undefined || data.searches.length === 0) return null;
  const run = ({ search }: SavedSearchView) =>
    goTo({ ...addressOf(search.filter ?? {}), mode: search.mode === "both" ? undefined : search.mode });
  return (
    <section aria-label="Saved searches" className="p-2">
      <h2 className="px-1 font-medium text-faint">Saved searches</h2>
      <ul>
        {data.searches.map((saved) => (
          <li key={saved.name} className="flex items-center">
            <button
              type="button"
              onClick={() => run(saved)}
              className="min-w-0 flex-1 truncate rounded-md px-1 py-0.5 text-left hover:bg-sunken"
            >
              {saved.name}
            </button>
            <IconButton label={`Remove the saved search ${saved.name}`} onClick={() => void remove({ name: saved.name })}>
              <Trash2 aria-hidden className="size-3.5" />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Keeps the search that is shown, under a name. */
export function SaveSearch({ mode }: { mode: SearchMode }) {
  const { filter } = useFilter();
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const [save, { error, isLoading, reset }] = engine.useSave_searchMutation();
  const close = () => {
    setOpen(false);
    setName("");
    reset();
  };
  const onSubmit = async (event: React.FormEvent) => {
    event.preventDefault();
    if (!("error" in (await save({ name, search: { filter, mode } })))) close();
  };
  if (Object.keys(filter).length === 0) return null;
  return (
    <>
      <IconButton label="Save this search" onClick={() => setOpen(true)}>
        <Bookmark aria-hidden className="size-4" />
      </IconButton>
      <Dialog title="Save this search" open={open} onClose={close}>
        <form className="flex flex-col gap-3" onSubmit={(event) => void onSubmit(event)}>
          <Field
            label="Name"
            value={name}
            onChange={(event) => setName(event.target.value)}
            note="Dates such as “last summer” are read anew each time."
          />
          {error && <Failed failure={asFailure(error)} />}
          <Button look="solid" type="submit" disabled={isLoading || name.trim() === ""}>
            Save
          </Button>
        </form>
      </Dialog>
    </>
  );
}
