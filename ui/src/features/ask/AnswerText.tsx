import type { Answer } from "@/generated/types";

type Props = {
  text: string;
  answer: Answer | null;
  lit: string | null;
  onLight: (id: string | null) => void;
  onOpen: (id: string) => void;
};

/** The words while they come; then the sentences, each with the numbers of the items that it rests on. */
export function AnswerText({ text, answer, lit, onLight, onOpen }: Props) {
  if (answer === null || answer.claims.length === 0) {
    return (
      <p aria-live="polite" className="whitespace-pre-wrap text-[15px] leading-6 wrap-anywhere">
        {answer?.answer ?? text}
      </p>
    );
  }
  const numberOf = new Map(answer.items.map((hit, index) => [hit.id, index + 1]));
  return (
    <p className="text-[15px] leading-6 wrap-anywhere">
      {answer.claims.map((claim, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the sentences stand in the order of the answer
        <span key={index}>
          {claim.text}
          {claim.cites.map((id) => {
            const number = numberOf.get(id);
            if (number === undefined) return null;
            return (
              <button
                key={id}
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
          })}{" "}
        </span>
      ))}
    </p>
  );
}
