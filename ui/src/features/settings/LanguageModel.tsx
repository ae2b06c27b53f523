import { useState } from "react";

import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Field, Select } from "@/components/Field";
import { SettingLine } from "./SettingLine";

/** The setting's name; the id of a model, one of a server's as in `llama3.2@http://127.0.0.1:11434/v1`, or "none". */
export const LANGUAGE_MODEL = "language_model";

/** What stands in the list for a model that another program serves. */
const SERVED = "served";

type Props = { chosen: string; onChoose: (id: string) => void };

/** Which model words the answers: an installed one, or one that another program on this machine serves. */
export function LanguageModel({ chosen, onChoose }: Props) {
  const { data } = engine.useModelsQuery({});
  const [served, setServed] = useState(false);
  const isServed = chosen.includes("@http");
  const installed = data?.models.filter(({ role, state }) => role === "generator" && state === "installed") ?? [];
  const known = chosen === "none" || isServed || installed.some(({ id }) => id === chosen);
  const options = [
    ["none", "No model: plainly, at once"] as const,
    ...installed.map(({ id, label }) => [id, label] as const),
    [SERVED, "A model server on this machine"] as const,
    ...(known ? [] : [[chosen, `${chosen}, not installed`] as const]),
  ];
  const choose = (id: string) => {
    setServed(id === SERVED);
    if (id !== SERVED) {
      onChoose(id);
    }
  };
  return (
    <>
      <SettingLine name="Words the answers" note="The numbers are computed either way. A model takes half a minute on a small machine.">
        <Select
          label="Words the answers"
          className="w-full max-w-72"
          options={options}
          value={served || isServed ? SERVED : chosen}
          onChoose={choose}
        />
      </SettingLine>
      {(served || isServed) && <ServedModel key={chosen} chosen={isServed ? chosen : ""} onChoose={onChoose} />}
    </>
  );
}

/** The name that the server has for its model, and the server's address. */
function ServedModel({ chosen, onChoose }: Props) {
  const at = chosen.indexOf("@http");
  const [name, setName] = useState(chosen.slice(0, Math.max(at, 0)));
  const [address, setAddress] = useState(at < 0 ? "http://127.0.0.1:11434/v1" : chosen.slice(at + 1));
  const id = `${name.trim()}@${address.trim()}`;
  return (
    <form
      className="flex flex-wrap items-end gap-3 border-line border-b py-3"
      onSubmit={(event) => {
        event.preventDefault();
        onChoose(id);
      }}
    >
      <Field label="Model" className="w-48" placeholder="llama3.2" value={name} onChange={(event) => setName(event.target.value)} />
      <Field label="Address" className="min-w-56 flex-1" value={address} onChange={(event) => setAddress(event.target.value)} />
      <Button type="submit" disabled={name.trim() === "" || !address.startsWith("http") || id === chosen}>
        Use it
      </Button>
      <div className="basis-full text-faint">Ollama, LM Studio, llama.cpp and others serve models so. Only this machine is asked.</div>
    </form>
  );
}
