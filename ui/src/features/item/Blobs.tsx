import { Paperclip } from "lucide-react";
import { useEffect, useState } from "react";
import { bytes } from "@/app/format";
import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Button } from "@/components/Button";
import { Failed } from "@/components/States";
import type { BlobView } from "@/generated/types";
import { bytesOf } from "./base64";

/** Pictures up to this size are shown at once, in bytes. */
const SHOWN_AT_ONCE = 16_000_000;

type Props = { id: string; blobs: BlobView[] };

/** Pictures are shown; other attachments are listed, and saved on demand. */
export function Blobs({ id, blobs }: Props) {
  if (blobs.length === 0) return null;
  return (
    <ul aria-label="Attachments" className="flex flex-col gap-2">
      {blobs.map((blob) => (
        <li key={blob.index}>
          {/^image\/(jpeg|png|gif|webp|avif|bmp)$/.test(blob.media_type) && blob.size <= SHOWN_AT_ONCE ? (
            <Picture id={id} blob={blob} />
          ) : (
            <Attachment id={id} blob={blob} />
          )}
        </li>
      ))}
    </ul>
  );
}

function Picture({ id, blob }: { id: string; blob: BlobView }) {
  const { data, error } = engine.useBlobQuery({ id, index: blob.index });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (data === undefined) return;
    const made = URL.createObjectURL(new Blob([bytesOf(data.base64)], { type: data.media_type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [data]);
  if (error) return <Attachment id={id} blob={blob} />;
  return (
    <figure className="flex flex-col gap-1">
      {url ? (
        <img src={url} alt={blob.name} className="max-h-96 w-full rounded-lg bg-sunken object-contain" />
      ) : (
        <div role="status" aria-label={`Loading ${blob.name}`} className="h-40 animate-pulse rounded-lg bg-sunken" />
      )}
      <figcaption className="truncate text-faint">
        {blob.name}, {bytes(blob.size)}
      </figcaption>
    </figure>
  );
}

function Attachment({ id, blob }: { id: string; blob: BlobView }) {
  const [fetchBlob, { error, isFetching }] = engine.useLazyBlobQuery();
  const save = async () => {
    const { data } = await fetchBlob({ id, index: blob.index });
    if (data === undefined) return;
    const url = URL.createObjectURL(new Blob([bytesOf(data.base64)], { type: "application/octet-stream" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: data.name });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="flex flex-col gap-1">
      <div className="flex items-center gap-2 rounded-lg bg-sunken px-2 py-1">
        <Paperclip aria-hidden className="size-4 shrink-0 text-faint" />
        <span className="min-w-0 flex-1 truncate">{blob.name}</span>
        <span className="tabular text-faint">{bytes(blob.size)}</span>
        <Button look="plain" disabled={isFetching} onClick={() => void save()}>
          Save
        </Button>
      </div>
      {blob.left_at && <p className="text-faint wrap-anywhere">Left in place at {blob.left_at}</p>}
      {error && <Failed failure={asFailure(error)} />}
    </div>
  );
}
