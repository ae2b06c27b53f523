import { FolderInput } from "lucide-react";
import { useImportPicker } from "@/app/actions/useImportPicker";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Page } from "@/components/Page";
import { Empty, Failed, Skeleton } from "@/components/States";
import { isAtWork } from "../jobs/atWork";
import { JobCard } from "../jobs/JobCard";
import { ImportLine } from "./ImportLine";
import { SourceCounts } from "./SourceCounts";

/** What was imported, what is being imported, and the way to more. */
export function SourcesPage() {
  const { pickArchives, pickFolder } = useImportPicker();
  const { data, error, refetch, isFetching } = engine.useImportsQuery({});
  const { data: jobs } = engine.useJobsQuery({});
  const going = jobs?.jobs.filter((job) => (job.kind === "import" || job.kind === "undo") && isAtWork(job)) ?? [];
  const stopped = jobs?.jobs.find((job) => job.kind === "import" && !isAtWork(job));

  return (
    <Page
      title="Sources and imports"
      note="Drop an export anywhere on the window, or choose it. You see what it holds before anything is kept."
      actions={
        <div className="flex gap-2">
          <Button look="quiet" onClick={pickFolder}>
            Choose a folder
          </Button>
          <Button look="solid" onClick={pickArchives}>
            <FolderInput aria-hidden className="size-4" />
            Import an archive
          </Button>
        </div>
      }
    >
      {going.length > 0 && <h2 className="sr-only">Going on</h2>}
      {going.map((job) => (
        <JobCard key={job.job} job={job} />
      ))}
      {going.length === 0 && stopped?.state === "failed" && <JobCard job={stopped} />}
      <SourceCounts />
      {error && !isFetching && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton label="Loading the imports" />}
      {data?.imports.length === 0 && going.length === 0 && (
        <Empty icon={FolderInput} title="Nothing was imported yet">
          At takeout.google.com, choose JSON wherever there is a choice, then drop the archive here as it is.
        </Empty>
      )}
      {data !== undefined && data.imports.length > 0 && (
        <section aria-label="Imports" className="flex flex-col">
          <h2 className="font-semibold text-[14px]">Imports</h2>
          <ul aria-label="Imports" className="flex flex-col">
            {data.imports.map((one) => (
              <ImportLine key={one.import} summary={one} />
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}
