import { type ReactNode, useId } from "react";

export function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-1 border-line border-t pt-3">
      <h3 id={id} className="font-medium text-faint">
        {title}
      </h3>
      {children}
    </section>
  );
}
