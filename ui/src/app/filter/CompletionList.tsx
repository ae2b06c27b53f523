import type { Completion } from "./completions";

type Props = { completions: Completion[]; active: number; onChoose: (completion: Completion) => void };

export function CompletionList({ completions, active, onChoose }: Props) {
  return (
    <div
      id="filter-completions"
      role="listbox"
      aria-label="Completions"
      className="absolute top-full left-2 z-30 mt-1 w-[min(440px,calc(100vw-16px))] rounded-lg border border-line bg-raised p-1 shadow-xl"
    >
      {completions.map((completion, index) => (
        <div
          key={completion.key}
          id={`completion-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          // The field must keep the focus: a press that took it would close the list before the choice is heard.
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(completion);
          }}
          className={`flex h-7 items-center gap-3 rounded-md px-2 hover:bg-sunken ${index === active ? "bg-wash" : ""}`}
        >
          <span className="shrink-0">{completion.label}</span>
          <span className="truncate text-faint">{completion.note}</span>
        </div>
      ))}
    </div>
  );
}
