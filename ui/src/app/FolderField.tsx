import { FolderOpen } from "lucide-react";
import { useState } from "react";
import { asFailure, backend } from "@/backend";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";

type Props = {
  label: string;
  placeholder: string;
  value: string;
  onChoose: (path: string) => void;
  autoFocus?: boolean;
  className?: string;
};

/** A folder by its path, or by the system's own dialog where there is one. */
export function FolderField({ onChoose, className, ...field }: Props) {
  const [problem, setProblem] = useState<string>();
  const { pickFiles } = backend();
  const pick = async () => {
    try {
      const [path] = (await pickFiles?.("folder")) ?? [];
      setProblem(undefined);
      if (path !== undefined) onChoose(path);
    } catch (thrown) {
      setProblem(asFailure(thrown).message);
    }
  };
  return (
    <div className={`flex items-start gap-2 ${className ?? ""}`}>
      <Field
        className="min-w-0 flex-1"
        spellCheck={false}
        autoComplete="off"
        problem={problem}
        {...field}
        onChange={(event) => onChoose(event.target.value)}
      />
      {pickFiles && (
        // As low as the line of input, below whose label it has none.
        <Button className="mt-6 h-9" onClick={() => void pick()}>
          <FolderOpen aria-hidden className="size-4" />
          Choose…
        </Button>
      )}
    </div>
  );
}
