import { useEffect, useState } from "react";
import { Dialog } from "@/components/Dialog";
import { Keycaps } from "@/components/Keycaps";
import { keycaps } from "../actions/keys";
import { type Action, inOrder, useAllActions } from "../actions/registry";
import { useAppDispatch, useAppSelector } from "../store";
import { paletteToggled } from "../surface";

/** Every letter of the text in order; beginnings of words are worth more. */
function likeness(label: string, text: string): number {
  const words = label.toLowerCase();
  if (text === "") return 1;
  const at = words.indexOf(text);
  if (at >= 0) return at === 0 ? 4 : words[at - 1] === " " ? 3 : 2;
  let from = 0;
  for (const letter of text) {
    from = words.indexOf(letter, from) + 1;
    if (from === 0) return 0;
  }
  return 1;
}

/** Finds an action by its name. */
export function Palette() {
  const open = useAppSelector((state) => state.surface.palette);
  const dispatch = useAppDispatch();
  const close = () => dispatch(paletteToggled(false));
  return (
    <Dialog title="Find an action" hideTitle open={open} onClose={close}>
      {open && <PaletteList onDone={close} />}
    </Dialog>
  );
}

function PaletteList({ onDone }: { onDone: () => void }) {
  const actions = useAllActions();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const found = inOrder(actions)
    .filter((action) => action.id !== "palette" && (action.guard?.() ?? true))
    .map((action) => ({ action, score: likeness(action.label, text.trim().toLowerCase()) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ action }) => action);
  useEffect(() => {
    document.getElementById(`palette-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const run = (action: Action | undefined) => {
    if (action === undefined) return;
    onDone();
    // The dialog gives the focus back first; an action may then move it.
    setTimeout(action.run, 0);
  };

  return (
    <>
      <input
        role="combobox"
        aria-label="Find an action"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${active}` : undefined}
        placeholder="What do you want to do?"
        className="h-12 shrink-0 border-line border-b bg-transparent px-4 text-[15px] outline-none placeholder:text-faint"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setActive(Math.min(active + 1, found.length - 1));
          else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
          else if (event.key === "Enter") run(found[active]);
          else return;
          event.preventDefault();
        }}
      />
      <div id="palette-list" role="listbox" aria-label="Actions" className="overflow-y-auto p-1">
        {found.map((action, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above has the keys
          <div
            key={action.id}
            id={`palette-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onClick={() => run(action)}
            onPointerMove={() => setActive(index)}
            className={`flex h-8 items-center gap-2 rounded-lg px-3 ${index === active ? "bg-wash" : ""}`}
          >
            <span className="flex-1">{action.label}</span>
            <span className="text-faint">{action.group}</span>
            {action.keys && <Keycaps caps={keycaps(action.keys)} />}
          </div>
        ))}
        {found.length === 0 && <p className="px-3 py-2 text-soft">No action has a name like that.</p>}
      </div>
    </>
  );
}
