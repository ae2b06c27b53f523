import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { FolderField } from "@/app/FolderField";
import { keepSearch } from "@/app/filter/useFilter";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { SelectField } from "@/components/Field";
import { Failed, Note } from "@/components/States";
import type { ExportFormat } from "@/generated/types";
import { SettingsSection } from "./SettingsSection";

const formats = [
  ["jsonl", "Everything, to be imported again (JSON lines)"],
  ["parquet", "Tables for other programs (Parquet)"],
  ["files", "Attachments and originals, as files"],
] as const;

/** Takes the whole vault out as files, in the background. */
export function ExportVault() {
  const [format, setFormat] = useState<ExportFormat>("jsonl");
  const [folder, setFolder] = useState("");
  const [wanted, setWanted] = useState(false);
  const [start, { data: started, error, isLoading }] = engine.useStart_exportMutation();

  // Tables have no place for them.
  const media = wanted && format !== "parquet";

  function submit(event: FormEvent) {
    event.preventDefault();
    void start({ folder: folder.trim(), format, media });
  }

  return (
    <SettingsSection
      part="export"
      note="Writes everything in the vault to a folder that is empty or does not exist yet. Its files are not encrypted: whoever can read the folder can read everything in it."
    >
      <form onSubmit={submit} className="flex flex-col gap-3">
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField label="Written as" options={formats} value={format} onChoose={(value) => setFormat(value as ExportFormat)} />
          <FolderField label="Folder" placeholder="/home/anna/archive" value={folder} onChoose={setFolder} />
        </div>
        <div className="flex flex-wrap items-center justify-between gap-3">
          <label className={`flex items-center gap-2 ${format === "parquet" ? "text-faint" : ""}`}>
            <input
              type="checkbox"
              className="accent-accent"
              checked={media}
              disabled={format === "parquet"}
              onChange={(event) => setWanted(event.target.checked)}
            />
            Copy photos and films that were left in place
          </label>
          <Button type="submit" disabled={isLoading || folder.trim() === ""}>
            Export
          </Button>
        </div>
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
    </SettingsSection>
  );
}
