import { Link } from "@tanstack/react-router";
import { Pause, Play, Square } from "lucide-react";
import { keepSearch } from "@/app/filter/useFilter";
import { count, duration, machineMoment, plural } from "@/app/format";
import { amountOf } from "@/app/ProgressView";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { ProgressLine } from "@/components/ProgressLine";
import { Failed } from "@/components/States";
import type { Job, Progress } from "@/generated/types";
import { isAtWork } from "./atWork";
import { jobTitle } from "./jobTitle";

/** The kinds of jobs that go through records; of the others the engine counts pages or packs. */
const inRecords = new Set(["import", "export", "embed", "personal"]);

/** A piece of work: how far it is, or how it ended. Leaving the page ends nothing. */
export function JobCard({ job }: { job: Job }) {
  const [cancel, { isLoading, error }] = engine.useCancel_jobMutation();
  const [pause, pausing] = engine.usePause_jobMutation();
  const [resume, resuming] = engine.useResume_jobMutation();
  const running = isAtWork(job);
  const paused = job.state === "paused";
  const refused = error ?? pausing.error ?? resuming.error;
  return (
    <article aria-label={`Job ${job.job}, ${jobTitle(job)}`} className="flex flex-col gap-1.5 rounded-lg border border-line p-3">
      <div className="flex flex-wrap items-center gap-x-3">
        <h3 className="min-w-40 flex-1 font-medium wrap-anywhere">{jobTitle(job)}</h3>
        <span className="text-faint">{running && !paused ? job.progress.stage : job.state}</span>
        {running && (
          <span className="-mr-3 ml-auto flex">
            {job.kind !== "model" && (
              <Button
                look="plain"
                disabled={pausing.isLoading || resuming.isLoading}
                onClick={() => void (paused ? resume : pause)({ job: job.job })}
              >
                {paused ? <Play aria-hidden className="size-3" /> : <Pause aria-hidden className="size-3" />}
                {paused ? "Resume" : "Pause"}
              </Button>
            )}
            <Button look="plain" disabled={isLoading} onClick={() => void cancel({ job: job.job })}>
              <Square aria-hidden className="size-3" />
              Cancel
            </Button>
          </span>
        )}
      </div>
      {running && <ProgressLine label={`${jobTitle(job)}: ${job.progress.stage}`} done={job.progress.done} total={job.progress.total} />}
      <p className="tabular flex flex-wrap gap-x-3 text-soft">
        {running ? (
          <Going progress={paused ? { ...job.progress, rate: 0, eta_s: null } : job.progress} />
        ) : (
          <span>{machineMoment(job.started_ms)}</span>
        )}
        {!running && inRecords.has(job.kind) && job.progress.records > 0 && <span>{plural(job.progress.records, "record")}</span>}
        {job.import != null && !running && (
          <Link to="/sources/$import" params={{ import: String(job.import) }} search={keepSearch} className="text-accent underline">
            Report of import {job.import}
          </Link>
        )}
      </p>
      {job.error && (job.state === "failed" ? <Failed failure={job.error} /> : <p className="text-soft">{job.error.message}</p>)}
      {refused && <Failed failure={asFailure(refused)} />}
    </article>
  );
}

function Going({ progress }: { progress: Progress }) {
  const { unit, records, rate, eta_s, detail } = progress;
  return (
    <>
      <span>{amountOf(progress)}</span>
      {records > 0 && unit !== "records" && <span>{plural(records, "record")}</span>}
      {rate > 0 && <span>{count(Math.round(rate))} a second</span>}
      {eta_s != null && <span>{duration(eta_s)} left</span>}
      {detail && <span className="min-w-0 basis-full truncate text-faint">{detail}</span>}
    </>
  );
}
