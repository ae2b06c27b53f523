import { useAppSelector } from "@/app/store";
import type { Theme } from "@/app/surface";
import { useChooseDemoMode, useDemoMode } from "@/app/useDemoMode";
import { useChooseTheme } from "@/app/useTheme";
import { Select } from "@/components/Field";
import { KeptConversations } from "./KeptConversations";
import { LANGUAGE_MODEL, LanguageModel } from "./LanguageModel";
import { SettingLine } from "./SettingLine";
import { SettingsSection } from "./SettingsSection";

const themes = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
] as const;

const switches = [
  ["off", "Off"],
  ["on", "On"],
] as const;

type Props = { settings: Record<string, unknown>; onSet: (key: string, value: unknown) => void };

/** How the app looks, what it shows, how it words its answers and whether it keeps them. */
export function AppChoices({ settings, onSet }: Props) {
  const theme = useAppSelector((state) => state.surface.theme);
  const chooseTheme = useChooseTheme();
  const demoMode = useDemoMode();
  const chooseDemoMode = useChooseDemoMode();
  return (
    <SettingsSection part="app">
      <div className="flex flex-col">
        <SettingLine name="Theme">
          <Select label="Theme" options={themes} value={theme} onChoose={(value) => chooseTheme(value as Theme)} />
        </SettingLine>
        <SettingLine
          name="Demo mode"
          note="For showing the vault to others: masks names, addresses and numbers where they are recognised, and hides attachments. Look through it before you show it."
        >
          <Select
            label="Demo mode"
            options={switches}
            value={demoMode ? "on" : "off"}
            onChoose={(value) => chooseDemoMode(value === "on")}
          />
        </SettingLine>
        <LanguageModel chosen={String(settings[LANGUAGE_MODEL] ?? "none")} onChoose={(id) => onSet(LANGUAGE_MODEL, id)} />
        <KeptConversations settings={settings} onSet={onSet} />
      </div>
    </SettingsSection>
  );
}
