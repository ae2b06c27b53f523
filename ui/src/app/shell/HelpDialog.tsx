import { useState } from "react";
import { Dialog } from "@/components/Dialog";
import { inputLook } from "@/components/Field";
import { Keycaps } from "@/components/Keycaps";
import { keycaps } from "../actions/keys";
import { inOrder, useAllActions } from "../actions/registry";
import { operators } from "../filter/tokens";
import { useAppDispatch, useAppSelector } from "../store";
import { helpToggled } from "../surface";

/** All keys and filter operators, searchable. */
export function HelpDialog() {
  const open = useAppSelector((state) => state.surface.help);
  const dispatch = useAppDispatch();
  const actions = inOrder(useAllActions().filter((action) => action.keys !== undefined));
  const [text, setText] = useState("");
  const fits = (words: string) => words.toLowerCase().includes(text.trim().toLowerCase());

  return (
    <Dialog title="Keys" open={open} onClose={() => dispatch(helpToggled(false))}>
      <div className="flex flex-col gap-3 p-4">
        <input
          aria-label="Search the keys"
          placeholder="Search"
          className={inputLook}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <ul aria-label="Keys" className="flex flex-col">
          {actions
            .filter(({ label, keys }) => fits(`${label} ${keys}`))
            .map(({ id, label, keys }) => (
              <li key={id} className="flex items-center justify-between py-0.5">
                <span>{label}</span>
                <Keycaps caps={keycaps(keys ?? "")} />
              </li>
            ))}
        </ul>
        <h2 className="font-semibold">In the filter</h2>
        <ul aria-label="Filter operators" className="flex flex-col">
          {Object.entries(operators)
            .filter(([name, note]) => fits(`${name} ${note}`))
            .map(([name, note]) => (
              <li key={name} className="flex gap-3 py-0.5">
                <code className="w-16 font-mono">{name}:</code>
                <span className="text-soft">{note}</span>
              </li>
            ))}
        </ul>
      </div>
    </Dialog>
  );
}
