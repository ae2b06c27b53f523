import { useState } from "react";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed } from "@/components/States";

/** The frame may load nothing at all, and style itself with what stands in it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE = "body{font:14px/1.5 sans-serif;color:#1a1a1a;background:#fff;margin:12px;overflow-wrap:anywhere}table{max-width:100%}";

/** A document around a fragment of a mail that was made safe before. */
export const pageOf = (html: string): string =>
  `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><style>${STYLE}</style>${html}`;

/** A mail as its sender laid it out, on demand: in a frame that can run, load, submit and open nothing. */
export function LaidOut({ id }: { id: string }) {
  const [wanted, setWanted] = useState(false);
  const { data, error } = engine.useMail_pageQuery({ id }, { skip: !wanted });
  return (
    <section aria-label="As it was laid out" className="flex flex-col gap-2">
      <Button look="plain" onClick={() => setWanted(!wanted)} className="-ml-3 self-start">
        {wanted ? "Hide the layout" : "Show as it was laid out"}
      </Button>
      {wanted && error && <Failed failure={asFailure(error)} />}
      {wanted && data && !data.html && <p className="text-faint">This mail has no layout that can be shown; its words are above.</p>}
      {wanted && data?.html && (
        <>
          <iframe
            sandbox=""
            srcDoc={pageOf(data.html)}
            referrerPolicy="no-referrer"
            title="The mail as its sender laid it out"
            className="h-96 w-full rounded-lg border border-line bg-white"
          />
          <p className="text-faint">Pictures are left out, and links lead nowhere: fetching either would tell the sender.</p>
          {data.links.length > 0 && (
            <ul aria-label="Where its links led" className="flex flex-col">
              {data.links.map((link) => (
                <li key={link}>
                  <code className="font-mono text-[12px] text-soft wrap-anywhere">{link}</code>
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}
