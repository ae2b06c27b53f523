import { Archive, ArrowUp, File, Folder } from "lucide-react";
import { type FormEvent, useState } from "react";
import { bytes, plural } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button, IconButton } from "@/components/Button";
import { inputLook } from "@/components/Field";
import { Failed, Skeleton } from "@/components/States";

/** The folders of the machine that the engine runs on: a browser cannot tell where its files are. */
export function BrowseList({ onChosen }: { onChosen: (paths: string[]) => void }) {
  const [path, setPath] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string[]>([]);
  const { currentData: folder, error } = engine.useBrowseQuery({ path });
  const goTo = (next: string) => {
    setPath(next);
    setTyped(null);
    setChosen([]);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = typed?.trim();
    if (!wanted) return;
    // A file is taken as it is; the plan says what it is. Only a folder can be looked into.
    if (/\.(zip|tgz|tar|gz|json|mbox|ics|vcf|csv|html?)$/i.test(wanted)) onChosen([wanted]);
    else goTo(wanted);
  };
  const toggle = (entry: string) => setChosen(chosen.includes(entry) ? chosen.filter((one) => one !== entry) : [...chosen, entry]);

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <form className="flex items-center gap-2 p-3" onSubmit={onSubmit}>
        <IconButton label="Folder above" disabled={!folder?.parent} onClick={() => goTo(folder?.parent ?? "")}>
          <ArrowUp aria-hidden className="size-4" />
        </IconButton>
        <input
          aria-label="Path"
          spellCheck={false}
          className={inputLook}
          value={typed ?? folder?.path ?? path}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" disabled={typed === null}>
          Go
        </Button>
      </form>
      <div className="min-h-48 flex-1 overflow-y-auto px-3">
        {error && <Failed failure={asFailure(error)} onRetry={() => goTo("")} />}
        {!error && folder === undefined && <Skeleton label="Reading the folder" />}
        <ul aria-label="Files and folders">
          {folder?.entries.map((entry) => (
            <li key={entry.path} className="flex items-center gap-2">
              <input
                type="checkbox"
                aria-label={`Choose ${entry.name}`}
                className="accent-accent"
                checked={chosen.includes(entry.path)}
                onChange={() => toggle(entry.path)}
              />
              <button
                type="button"
                className="flex min-w-0 flex-1 items-center gap-2 rounded-md px-1 py-1 text-left hover:bg-sunken"
                onClick={() => (entry.folder ? goTo(entry.path) : toggle(entry.path))}
              >
                {entry.folder ? (
                  <Folder aria-hidden className="size-4 text-soft" />
                ) : entry.export ? (
                  <Archive aria-hidden className="size-4 text-accent" />
                ) : (
                  <File aria-hidden className="size-4 text-faint" />
                )}
                <span className={`min-w-0 flex-1 truncate ${entry.export ? "font-medium" : ""}`}>{entry.name}</span>
                {!entry.folder && <span className="tabular text-faint">{bytes(entry.size)}</span>}
              </button>
            </li>
          ))}
        </ul>
        {folder?.entries.length === 0 && <p className="p-2 text-soft">This folder is empty.</p>}
      </div>
      <div className="flex flex-wrap items-center justify-end gap-2 border-line border-t p-3">
        <span className="mr-auto basis-full text-faint sm:basis-auto">All parts of a split export at once, please.</span>
        {folder && (
          <Button look="quiet" onClick={() => onChosen([folder.path])}>
            This whole folder
          </Button>
        )}
        <Button look="solid" disabled={chosen.length === 0} onClick={() => onChosen(chosen)}>
          {chosen.length === 0 ? "See the plan" : `See the plan of ${plural(chosen.length, "choice")}`}
        </Button>
      </div>
    </div>
  );
}
