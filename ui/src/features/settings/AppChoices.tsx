import { useAppSelector } from "@/app/store";
import type { Theme } from "@/app/surface";
import { useChooseDemoMode, useDemoMode } from "@/app/useDemoMode";
import { useChooseTheme } from "@/app/useTheme";
import { Select } from "@/components/Field";
import { LanguageModel } from "./LanguageModel";
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

type Props = { languageModel: string; onLanguageModel: (id: string) => void };

/** How the app looks, what it shows, and how it words its answers. */
export function AppChoices({ languageModel, onLanguageModel }: Props) {
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
        <LanguageModel chosen={languageModel} onChoose={onLanguageModel} />
      </div>
    </SettingsSection>
  );
}
