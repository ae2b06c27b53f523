import { bytes, count, shortDay } from "@/app/format";
import { useAppSelector } from "@/app/store";
import type { Theme } from "@/app/surface";
import { useChooseDemoMode, useDemoMode } from "@/app/useDemoMode";
import { useChooseTheme } from "@/app/useTheme";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Select } from "@/components/Field";
import { Page } from "@/components/Page";
import { Failed } from "@/components/States";
import { AuditTrail } from "./AuditTrail";
import { Backups } from "./Backups";
import { ExportVault } from "./ExportVault";
import { KeysSection } from "./keys/KeysSection";
import { LANGUAGE_MODEL, LanguageModel } from "./LanguageModel";
import { Receipts } from "./Receipts";
import { SettingLine } from "./SettingLine";
import { VerifyVault } from "./VerifyVault";

const themes = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

const switches = [
  ["off", "Off"],
  ["on", "On"],
] as const;

/** The setting's name; minutes without a touch after which the engine locks the vault, 0 for never. */
const AUTO_LOCK = "auto_lock_minutes";

/** The setting's name; whether the engine locks the vault when the machine sleeps or its screen is locked. */
const LOCK_WHEN_LEFT = "lock_when_left";

const whenLeft = [
  ["yes", "Yes"],
  ["no", "No"],
] as const;

const minutes = [0, 1, 5, 10, 15, 30, 60].map((n) => [String(n), n === 0 ? "Never" : n === 1 ? "1 minute" : `${n} minutes`] as const);

/** What the owner chooses, and how the vault is. */
export function SettingsPage() {
  const { data: settings, error } = engine.useSettingsQuery({});
  const { data: status } = engine.useStatusQuery({});
  const { data: stats } = engine.useStatsQuery({});
  const [set, { error: refusal }] = engine.useSet_settingMutation();
  const theme = useAppSelector((state) => state.surface.theme);
  const chooseTheme = useChooseTheme();
  const demoMode = useDemoMode();
  const chooseDemoMode = useChooseDemoMode();
  const autoLock = String(settings?.settings[AUTO_LOCK] ?? 0);
  const offered = minutes.some(([value]) => value === autoLock) ? minutes : [...minutes, [autoLock, `${autoLock} minutes`] as const];
  const failure = error ?? refusal;

  return (
    <Page title="Settings">
      {failure && <Failed failure={asFailure(failure)} />}
      <section aria-label="Choices" className="flex flex-col">
        <SettingLine name="Theme">
          <Select label="Theme" options={themes} value={theme} onChoose={(value) => chooseTheme(value as Theme)} />
        </SettingLine>
        <SettingLine name="Lock by itself" note="After so long without a touch; the keys then leave the memory.">
          <Select
            label="Lock by itself after"
            options={offered}
            value={autoLock}
            onChoose={(value) => void set({ key: AUTO_LOCK, value: Number(value) })}
          />
        </SettingLine>
        <SettingLine
          name="Demo mode"
          note="Masks personal data in all that is shown, and hides attachments; for showing the vault to others."
        >
          <Select
            label="Demo mode"
            options={switches}
            value={demoMode ? "on" : "off"}
            onChoose={(value) => chooseDemoMode(value === "on")}
          />
        </SettingLine>
        <SettingLine name="Lock when I leave" note="When the machine sleeps; and with its screen, where a Linux session says so (logind).">
          <Select
            label="Lock when I leave"
            options={whenLeft}
            value={String(settings?.settings[LOCK_WHEN_LEFT] ?? "yes")}
            onChoose={(value) => void set({ key: LOCK_WHEN_LEFT, value })}
          />
        </SettingLine>
        <LanguageModel
          chosen={String(settings?.settings[LANGUAGE_MODEL] ?? "none")}
          onChoose={(value) => void set({ key: LANGUAGE_MODEL, value })}
        />
      </section>
      <section aria-label="Vault" className="flex flex-col">
        <h2 className="font-semibold text-[14px]">Vault</h2>
        <SettingLine name="Folder">
          <code className="font-mono wrap-anywhere">{status?.path}</code>
        </SettingLine>
        {stats && (
          <>
            <SettingLine name="Holds">
              <span className="tabular">
                {count(stats.items)} items, {count(stats.track_points)} positions, {count(stats.people)} people
              </span>
            </SettingLine>
            {stats.first && stats.last && <SettingLine name="From">{`${shortDay(stats.first)} to ${shortDay(stats.last)}`}</SettingLine>}
            <SettingLine name="On disk">{bytes(stats.bytes_on_disk)}</SettingLine>
          </>
        )}
        <SettingLine name="Program">{`Datapunk ${status?.version ?? ""}`}</SettingLine>
      </section>
      <Backups />
      <KeysSection />
      <ExportVault />
      <VerifyVault />
      <Receipts />
      <AuditTrail />
    </Page>
  );
}
