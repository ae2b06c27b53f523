import { Select } from "@/components/Field";
import { SettingLine } from "./SettingLine";
import { SettingsSection } from "./SettingsSection";

/** The setting's name; minutes without a touch after which the engine locks the vault, 0 for never. */
const AUTO_LOCK = "auto_lock_minutes";

/** The setting's name; whether the engine locks the vault when the machine sleeps or its screen is locked. */
const LOCK_WHEN_LEFT = "lock_when_left";

const minutes = [0, 1, 5, 10, 15, 30, 60].map((n) => [String(n), n === 0 ? "Never" : n === 1 ? "1 minute" : `${n} minutes`] as const);

const answers = [
  ["yes", "Yes"],
  ["no", "No"],
] as const;

type Props = { settings: Record<string, unknown>; onSet: (key: string, value: unknown) => void };

/** When the vault is locked without being told to. */
export function Locking({ settings, onSet }: Props) {
  const autoLock = String(settings[AUTO_LOCK] ?? 0);
  const offered = minutes.some(([value]) => value === autoLock) ? minutes : [...minutes, [autoLock, `${autoLock} minutes`] as const];
  return (
    <SettingsSection part="locking">
      <div className="flex flex-col">
        <SettingLine name="Lock by itself" note="After so long without a touch. The keys then leave the memory.">
          <Select label="Lock by itself after" options={offered} value={autoLock} onChoose={(value) => onSet(AUTO_LOCK, Number(value))} />
        </SettingLine>
        <SettingLine name="Lock when I leave" note="When the machine sleeps; and with its screen, where a Linux session says so (logind).">
          <Select
            label="Lock when I leave"
            options={answers}
            value={String(settings[LOCK_WHEN_LEFT] ?? "yes")}
            onChoose={(value) => onSet(LOCK_WHEN_LEFT, value)}
          />
        </SettingLine>
      </div>
    </SettingsSection>
  );
}
