import { engine } from "@/backend/engine";
import { Select } from "@/components/Field";
import { SettingLine } from "./SettingLine";

/** The setting's name; the id of a model, or "none". */
export const LANGUAGE_MODEL = "language_model";

type Props = { chosen: string; onChoose: (id: string) => void };

/** Which installed model words the answers. */
export function LanguageModel({ chosen, onChoose }: Props) {
  const { data } = engine.useModelsQuery({});
  const installed = data?.models.filter(({ role, state }) => role === "generator" && state === "installed") ?? [];
  const known = chosen === "none" || installed.some(({ id }) => id === chosen);
  const options = [
    ["none", "No model: plainly, at once"] as const,
    ...installed.map(({ id, label }) => [id, label] as const),
    ...(known ? [] : [[chosen, `${chosen}, not installed`] as const]),
  ];
  return (
    <SettingLine name="Words the answers" note="The numbers are computed either way. A model takes half a minute on a small machine.">
      <Select label="Words the answers" className="w-full max-w-72" options={options} value={chosen} onChoose={onChoose} />
    </SettingLine>
  );
}
