import { useState } from "react";
import { bytes } from "@/app/format";
import { asFailure, backend } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { inputLook } from "@/components/Field";
import { Failed } from "@/components/States";
import type { ModelView } from "@/generated/types";
import { RemoveModel } from "./RemoveModel";

const states: Record<string, { words: string; look: string }> = {
  installed: { words: "installed", look: "bg-wash" },
  missing: { words: "not installed", look: "bg-sunken text-soft" },
  altered: { words: "altered: not the pinned bytes", look: "bg-danger-wash" },
};

export function ModelLine({ model }: { model: ModelView }) {
  const [pull, pulling] = engine.usePull_modelMutation();
  const [verify, verifying] = engine.useVerify_modelMutation();
  const [install, installing] = engine.useInstall_modelMutation();
  const [path, setPath] = useState<string | null>(null);
  const error = pulling.error ?? verifying.error ?? installing.error;
  const state = states[model.state] ?? { words: model.state, look: "bg-sunken" };
  const fromFile = async () => {
    const { pickFiles } = backend();
    if (pickFiles === undefined) setPath("");
    else {
      const [chosen] = await pickFiles("folder");
      if (chosen !== undefined) void install({ id: model.id, path: chosen });
    }
  };

  return (
    <li className="flex flex-col gap-2 border-line border-b py-2 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-48 flex-1">
          <span className="font-medium">{model.label}</span>
          {model.default && <span className="text-faint"> · used unless you choose another</span>}
          <span className="block text-faint">
            {[model.id, model.bytes > 0 && bytes(model.bytes), model.licence].filter(Boolean).join(", ")}
          </span>
        </div>
        <span className={`rounded px-1.5 ${state.look}`}>{state.words}</span>
        {model.state === "installed" || model.own ? (
          <Button disabled={verifying.isLoading} onClick={() => void verify({ id: model.id })}>
            {verifying.isLoading ? "Checking…" : verifying.isSuccess ? "Checked" : "Check its bytes"}
          </Button>
        ) : (
          <>
            <Button disabled={installing.isLoading} onClick={() => void fromFile()}>
              From this machine
            </Button>
            <Button look="solid" disabled={pulling.isLoading} onClick={() => void pull({ id: model.id })}>
              {pulling.isSuccess ? "Fetching, see Jobs" : "Fetch"}
            </Button>
          </>
        )}
        {model.own && <RemoveModel model={model} />}
      </div>
      {path !== null && (
        <form
          className="flex gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void install({ id: model.id, path });
          }}
        >
          <input
            aria-label={`Folder of ${model.label}`}
            placeholder="/path/to/its/folder"
            className={inputLook}
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
          <Button type="submit" disabled={path === "" || installing.isLoading}>
            Take it
          </Button>
        </form>
      )}
      {error && <Failed failure={asFailure(error)} />}
    </li>
  );
}
