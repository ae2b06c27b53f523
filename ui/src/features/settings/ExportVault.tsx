import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { keepSearch } from "@/app/filter/useFilter";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Field, Select } from "@/components/Field";
import { Failed, Note } from "@/components/States";
import type { ExportFormat } from "@/generated/types";

const formats = [
  ["jsonl", "Everything, to be imported again (JSON lines)"],
  ["parquet", "Tables for other programs (Parquet)"],
  ["files", "Attachments and originals, as files"],
] as const;

/** Takes the whole vault out as files, in the background. */
export function ExportVault() {
  const [format, setFormat] = useState<ExportFormat>("jsonl");
  const [folder, setFolder] = useState("");
  const [media, setMedia] = useState(false);
  const [start, { data: started, error, isLoading }] = engine.useStart_exportMutation();

  function submit(event: FormEvent) {
    event.preventDefault();
    void start({ folder: folder.trim(), format, media });
  }

  return (
    <section aria-label="Export" className="flex flex-col gap-2">
      <h2 className="font-semibold text-[14px]">Export</h2>
      <p className="text-soft">
        Writes everything in the vault to a folder that is empty or does not exist yet. Its files are not encrypted: whoever can read the
        folder can read everything in it.
      </p>
      <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
        <Select label="Written as" options={formats} value={format} onChoose={(value) => setFormat(value as ExportFormat)} />
        <Field
          className="min-w-60 flex-1"
          label="Folder"
          placeholder="/home/anna/archive"
          value={folder}
          onChange={(event) => setFolder(event.target.value)}
        />
        <label className="flex h-8 items-center gap-2">
          <input type="checkbox" checked={media} disabled={format === "parquet"} onChange={(event) => setMedia(event.target.checked)} />
          Copy photos and films that were left in place
        </label>
        <Button type="submit" disabled={isLoading || folder.trim() === ""}>
          Export
        </Button>
      </form>
      {error && <Failed failure={asFailure(error)} />}
      {started && !error && (
        <Note tone="good">
          The export has begun.{" "}
          <Link to="/jobs" search={keepSearch} className="text-accent underline">
            Jobs
          </Link>{" "}
          says how far it is.
        </Note>
      )}
    </section>
  );
}
