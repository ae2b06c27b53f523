import { Link } from "@tanstack/react-router";
import { Pause, Play, Square } from "lucide-react";
import { keepSearch } from "@/app/filter/useFilter";
import { bytes, count, duration, machineMoment } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { ProgressLine } from "@/components/ProgressLine";
import { Failed } from "@/components/States";
import type { Job, Progress } from "@/generated/types";
import { isAtWork } from "./atWork";

/** A piece of work: how far it is, or how it ended. Leaving the page ends nothing. */
export function JobCard({ job }: { job: Job }) {
  const [cancel, { isLoading, error }] = engine.useCancel_jobMutation();
  const [pause, pausing] = engine.usePause_jobMutation();
  const [resume, resuming] = engine.useResume_jobMutation();
  const running = isAtWork(job);
  const paused = job.state === "paused";
  const refused = error ?? pausing.error ?? resuming.error;
  return (
    <article aria-label={`Job ${job.job}, ${job.label}`} className="flex flex-col gap-1.5 rounded-lg border border-line p-3">
      <div className="flex items-center gap-3">
        <h3 className="min-w-0 flex-1 truncate font-medium">{job.label}</h3>
        <span className="text-faint">{running && !paused ? job.progress.stage : job.state}</span>
        {running && job.kind !== "model" && (
          <Button
            look="plain"
            disabled={pausing.isLoading || resuming.isLoading}
            onClick={() => void (paused ? resume : pause)({ job: job.job })}
          >
            {paused ? <Play aria-hidden className="size-3" /> : <Pause aria-hidden className="size-3" />}
            {paused ? "Resume" : "Pause"}
          </Button>
        )}
        {running && (
          <Button look="plain" disabled={isLoading} onClick={() => void cancel({ job: job.job })}>
            <Square aria-hidden className="size-3" />
            Cancel
          </Button>
        )}
      </div>
      {running && <ProgressLine label={`${job.label}: ${job.progress.stage}`} done={job.progress.done} total={job.progress.total} />}
      <p className="tabular flex flex-wrap gap-x-3 text-soft">
        {running ? (
          <Going progress={paused ? { ...job.progress, rate: 0, eta_s: null } : job.progress} />
        ) : (
          <span>{machineMoment(job.started_ms)}</span>
        )}
        {!running && job.progress.records > 0 && <span>{count(job.progress.records)} records</span>}
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
  const { done, total, unit, records, rate, eta_s, detail } = progress;
  const amount = (value: number) => (unit === "bytes" ? bytes(value) : `${count(value)} ${unit}`);
  return (
    <>
      <span>{total > 0 ? `${amount(done)} of ${amount(total)}` : amount(done)}</span>
      {records > 0 && unit !== "records" && <span>{count(records)} records</span>}
      {rate > 0 && <span>{count(Math.round(rate))} a second</span>}
      {eta_s != null && <span>{duration(eta_s)} left</span>}
      {detail && <span className="min-w-0 basis-full truncate text-faint">{detail}</span>}
    </>
  );
}
