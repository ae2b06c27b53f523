import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Select } from "@/components/Field";
import { Failed } from "@/components/States";
import type { BackupState } from "@/generated/types";
import { SettingLine } from "../SettingLine";

const rhythms = [
  ["0", "Only when asked"],
  ["6", "Every 6 hours"],
  ["24", "Every day"],
  ["168", "Every week"],
] as const;

type Props = {
  state: BackupState;
  /** The folder that is named now. */
  named: string;
};

/** How often a backup is made without being asked for, and where. */
export function Schedule({ state, named }: Props) {
  const [set, { error }] = engine.useSet_settingMutation();
  const rhythm = String(state.every_hours);
  const offered = rhythms.some(([hours]) => hours === rhythm) ? rhythms : [...rhythms, [rhythm, `Every ${rhythm} hours`] as const];
  const isOn = state.every_hours > 0 && state.folder !== "";

  async function repeat(hours: string) {
    await set({ key: "backup_folder", value: named });
    await set({ key: "backup_every_hours", value: Number(hours) });
  }

  return (
    <div>
      <SettingLine
        name="Back up by itself"
        note={isOn ? `To ${state.folder}, while the app is open.` : named === "" ? "Name a folder first." : "While the app is open."}
      >
        <div className="flex flex-wrap gap-2">
          {isOn && named !== "" && named !== state.folder && <Button onClick={() => void repeat(rhythm)}>To the folder above</Button>}
          <Select
            label="Back up by itself"
            options={offered}
            value={rhythm}
            disabled={named === ""}
            onChoose={(hours) => void repeat(hours)}
          />
        </div>
      </SettingLine>
      {error && <Failed failure={asFailure(error)} />}
    </div>
  );
}
