import { ListChecks } from "lucide-react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Page } from "@/components/Page";
import { Empty, Failed, Skeleton } from "@/components/States";
import { isAtWork } from "./atWork";
import { JobCard } from "./JobCard";

/** Work going on, and the last that ended. */
export function JobsPage() {
  const { data, error, refetch, isFetching } = engine.useJobsQuery({});
  const running = data?.jobs.filter(isAtWork) ?? [];
  const ended = data?.jobs.filter((job) => !isAtWork(job)) ?? [];
  return (
    <Page
      title="Jobs"
      note="Work goes on when you leave this page, and ends when the vault is locked. What was being indexed is taken up again then."
    >
      {error && !isFetching && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton label="Loading the jobs" />}
      {data?.jobs.length === 0 && (
        <Empty icon={ListChecks} title="Nothing is going on">
          Imports, indexing and models show up here while they work.
        </Empty>
      )}
      {running.length > 0 && <h2 className="font-semibold text-[14px]">Going on</h2>}
      {running.map((job) => (
        <JobCard key={job.job} job={job} />
      ))}
      {ended.length > 0 && <h2 className="font-semibold text-[14px]">Ended</h2>}
      {ended.map((job) => (
        <JobCard key={job.job} job={job} />
      ))}
    </Page>
  );
}
