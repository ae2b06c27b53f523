import type { Answer, Claim } from "@/generated/types";

type Lit = { lit: string | null; onLight: (id: string | null) => void; onOpen: (id: string) => void };
type Props = Lit & { text: string; answer: Answer | null };

/** The words while they come; then the sentences, each with the numbers of the items that it rests on. */
export function AnswerText({ text, answer, ...light }: Props) {
  if (answer === null || answer.claims.length === 0) {
    return (
      <p aria-live="polite" className="whitespace-pre-wrap text-[15px] leading-6 wrap-anywhere">
        {answer?.answer ?? text}
      </p>
    );
  }
  const ids = answer.items.map(({ id }) => id);
  return (
    <p className="text-[15px] leading-6 wrap-anywhere">
      {answer.claims.map((claim, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the sentences stand in the order of the answer
        <Sentence key={index} claim={claim} ids={ids} {...light} />
      ))}
    </p>
  );
}

/** A sentence whose own marks, "[2]", are citations; those that it does not mark stand at its end. */
function Sentence({ claim, ids, ...light }: Lit & { claim: Claim; ids: string[] }) {
  const parts = claim.text.split(/\[(\d+)\]/);
  const marked = new Set(parts.filter((_, at) => at % 2 === 1).map((number) => ids[Number(number) - 1]));
  return (
    <>
      {parts.map((part, at) => {
        const id = at % 2 === 1 ? ids[Number(part) - 1] : undefined;
        const key = `${at}`;
        if (id !== undefined) return <Citation key={key} id={id} number={Number(part)} {...light} />;
        return <span key={key}>{at % 2 === 1 ? `[${part}]` : part}</span>;
      })}
      {claim.cites
        .filter((id) => !marked.has(id) && ids.includes(id))
        .map((id) => (
          <Citation key={id} id={id} number={ids.indexOf(id) + 1} {...light} />
        ))}{" "}
    </>
  );
}

function Citation({ id, number, lit, onLight, onOpen }: Lit & { id: string; number: number }) {
  return (
    <button
      type="button"
      aria-label={`Citation ${number}`}
      onClick={() => onOpen(id)}
      onPointerEnter={() => onLight(id)}
      onPointerLeave={() => onLight(null)}
      onFocus={() => onLight(id)}
      onBlur={() => onLight(null)}
      className={`tabular mx-0.5 inline-flex h-[18px] min-w-[18px] items-center justify-center rounded px-1 align-text-top text-[11px] ${
        lit === id ? "bg-accent text-on-accent" : "bg-wash text-accent"
      }`}
    >
      {number}
    </button>
  );
}
