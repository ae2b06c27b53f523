import { machineMoment, plural } from "@/app/format";
import { Button } from "@/components/Button";
import { Note } from "@/components/States";
import type { Restored } from "@/generated/types";
import { BackupFindings } from "../settings/backups/BackupFindings";
import { DoorCard } from "./DoorCard";

type Props = { restored: Restored; path: string; onGoOn: () => void };

/** What a restore brought back, and what it could not. */
export function RestoredVault({ restored: { snapshot, same, findings }, path, onGoOn }: Props) {
  return (
    <DoorCard title="Your vault is back" footer={path}>
      <p>
        {plural(snapshot.items, "item")}, as of {machineMoment(snapshot.made_ms)}.
      </p>
      <Note tone={same ? "good" : "warn"}>
        {same
          ? "It says the same as the vault did when the backup was made: nothing is missing."
          : "It differs from the vault that was backed up; what could be read is there."}
      </Note>
      <BackupFindings findings={findings} />
      {snapshot.left_in_place > 0 && (
        <p className="text-soft">
          {plural(snapshot.left_in_place, "photo or film", "photos and films")} had stayed where they were and are in no backup: they are
          shown where they still can be read.
        </p>
      )}
      <Button look="solid" autoFocus onClick={onGoOn}>
        Unlock it
      </Button>
    </DoorCard>
  );
}
