import { FolderInput, SearchX } from "lucide-react";
import { useImportPicker } from "@/app/actions/useImportPicker";
import { useFilter } from "@/app/filter/useFilter";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Empty } from "@/components/States";
import { isAtWork } from "../jobs/atWork";
import { JobCard } from "../jobs/JobCard";

/** Nothing is shown: because nothing fits the filter, because nothing was imported yet, or because that is going on. */
export function NothingHere() {
  const { filter, setFilter } = useFilter();
  const { pickArchives } = useImportPicker();
  const { data: stats } = engine.useStatsQuery({});
  const { data: jobs } = engine.useJobsQuery({});
  const importing = jobs?.jobs.find((job) => job.kind === "import" && isAtWork(job));
  if (stats === undefined || stats.items > 0 || Object.keys(filter).length > 0) {
    return (
      <Empty
        icon={SearchX}
        title="Nothing fits the filter"
        action={
          <Button look="solid" onClick={() => setFilter({})}>
            Clear the filter
          </Button>
        }
      >
        Use fewer or other words, or a longer span.
      </Empty>
    );
  }
  if (importing !== undefined) {
    return (
      <div className="m-auto flex w-full max-w-xl flex-col gap-3 p-4">
        <p className="text-center font-medium text-[14px]">Your life is coming in; what has arrived appears here</p>
        <JobCard job={importing} />
      </div>
    );
  }
  return (
    <Empty
      icon={FolderInput}
      title="Your vault is empty"
      action={
        <Button look="solid" onClick={pickArchives}>
          Import my Takeout
        </Button>
      }
    >
      Drop a Google Takeout anywhere on this window, or choose it. You see what it holds before anything is kept.
    </Empty>
  );
}
