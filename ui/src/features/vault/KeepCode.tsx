import { Copy, Printer } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { DoorCard } from "./DoorCard";

/** Compared without the spaces, dashes and case that writing it down may change. */
export const sameCode = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (code: string): string => code.replaceAll(/[\s-]/g, "").toLowerCase();

type Props = { code: string; onKept: () => void };

export function KeepCode({ code, onKept }: Props) {
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const [copied, setCopied] = useState(false);
  const right = sameCode(typed, code);

  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (right) onKept();
  };

  return (
    <DoorCard title="Keep your recovery code">
      <p className="text-soft">
        It opens the vault when the passphrase is forgotten, and it is shown this once. Print it or write it down, and keep it away from
        this machine.
      </p>
      <output
        aria-label="Recovery code"
        className="select-all rounded-lg bg-sunken p-4 text-center font-mono text-[15px] leading-7 wrap-anywhere"
      >
        {code}
      </output>
      <div className="flex gap-2 print:hidden">
        <Button onClick={() => void navigator.clipboard?.writeText(code).then(() => setCopied(true))}>
          <Copy aria-hidden className="size-3.5" />
          {copied ? "Copied" : "Copy"}
        </Button>
        <Button onClick={() => window.print()}>
          <Printer aria-hidden className="size-3.5" />
          Print
        </Button>
      </div>
      <form className="flex flex-col gap-4" onSubmit={onSubmit}>
        <Field
          label="Type it back"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          problem={tried && !right ? "This is not the code above. Compare it word by word." : undefined}
          note="Spaces, dashes and capitals do not matter."
        />
        <Button look="solid" type="submit" disabled={typed === ""}>
          I have kept it
        </Button>
      </form>
    </DoorCard>
  );
}
