import { bytes, duration, plural } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Failed, Note, Skeleton } from "@/components/States";
import type { FileHit, Filter, SearchAnswer, SearchMode } from "@/generated/types";
import { howMatched } from "./matched";
import { NothingHere } from "./NothingHere";
import { RowList } from "./RowList";
import { UnderstoodAs } from "./UnderstoodAs";

/** Hits that are asked for: more than anyone reads ranked. */
export const MOST = 200;

/** What the words found, best first, and how it was found. */
export function FoundList({ filter, mode, like }: { filter: Filter; mode: SearchMode; like: string | undefined }) {
  const { currentData, error, refetch, isFetching } = engine.useSearchQuery({ filter, mode, limit: MOST, like });
  if (error && !isFetching) return <Failed className="m-4" failure={asFailure(error)} onRetry={() => void refetch()} />;
  if (currentData === undefined) return <Skeleton lines={16} label="Searching" />;
  return (
    <>
      <p role="status" className="tabular px-3 pt-1 text-faint">
        {summary(currentData)}
      </p>
      <UnderstoodAs asked={filter} understood={currentData.understood} />
      {currentData.notes.map((note) => (
        <Note key={note} tone="warn" className="mx-3 mt-1">
          {note}
        </Note>
      ))}
      {currentData.hits.length > 0 &&
        currentData.understood.filter.text &&
        currentData.mode === "both" &&
        !currentData.hits.some(({ why }) => why.some(byWords)) && (
          <Note className="mx-3 mt-1">Nothing holds these words. What follows is only near them in meaning.</Note>
        )}
      {currentData.hits.length > 0 ? (
        <RowList label="Hits" rows={currentData.hits} footer={<FileHits files={currentData.files} />} />
      ) : (
        <div className="flex min-h-0 flex-1 flex-col overflow-y-auto">
          <FileHits files={currentData.files} />
          {currentData.files.length === 0 && <NothingHere />}
        </div>
      )}
    </>
  );
}

/** Whether a reason for a hit is its rank by words, or its name. */
const byWords = (reason: string): boolean => /^(?:words|named)\b/.test(reason);

/** How many there are and how they were found: "312 items with all the words, the best 200 of them, in 14 ms". */
function summary({ hits, total, mode, matched, took_ms, understood }: SearchAnswer): string {
  const worded = total != null && total > 0;
  if (!understood.filter.text && mode !== "meaning")
    return [plural(total ?? 0, "item"), "newest first", `in ${duration(took_ms / 1000)}`].join(", ");
  return [
    worded ? `${plural(total, "item")} ${howMatched(matched)}` : plural(hits.length, "hit"),
    !worded && hits.length > 0 && mode !== "words" && "near in meaning",
    worded && hits.length < total && `the best ${hits.length} of them`,
    worded && hits.length > total && "then what is near in meaning",
    `in ${duration(took_ms / 1000)}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** Files of an import that no importer reads, found by their names. */
function FileHits({ files }: { files: FileHit[] }) {
  if (files.length === 0) return null;
  return (
    <section aria-label="Files set aside" className="px-3 pb-3">
      <h2 className="py-1 font-medium text-faint">Files set aside that have such a name</h2>
      <ul className="flex flex-col gap-1">
        {files.map(({ path, archive, size }) => (
          <li key={`${archive}:${path}`} className="flex gap-3">
            <span className="min-w-0 flex-1 wrap-anywhere">
              {path} <span className="text-faint">{archive}</span>
            </span>
            <span className="tabular text-faint">{bytes(size)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
