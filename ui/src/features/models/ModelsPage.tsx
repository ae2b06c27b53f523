import { asFailure } from "@/backend";
import { engine } from "@/backend/engine";
import { Page } from "@/components/Page";
import { Failed, Skeleton } from "@/components/States";
import { ModelLine } from "./ModelLine";

const roles: Record<string, string> = {
  embedder: "Search by meaning",
  reranker: "Put the best first",
  generator: "Word the answers",
  dictionary: "Read other languages",
};

/** The models on this machine: everything that thinks, thinks here. */
export function ModelsPage() {
  const { data, error, refetch, isFetching } = engine.useModelsQuery({});
  const groups = [...new Set(data?.models.map(({ role }) => role) ?? [])];
  return (
    <Page
      title="Models"
      note={
        <>
          They run on this machine, and nothing of yours leaves it. Search by words and computed answers work without any.
          {data && <span className="block text-faint wrap-anywhere">They stand in {data.folder}</span>}
          <span className="block text-faint">
            A language model that you have as a GGUF file is taken by <code>datapunk models add FILE.gguf</code>
          </span>
        </>
      }
    >
      {error && !isFetching && <Failed failure={asFailure(error)} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Skeleton label="Loading the models" />}
      {groups.map((role) => (
        <section key={role} aria-label={roles[role] ?? role}>
          <h2 className="font-semibold text-[14px]">{roles[role] ?? role}</h2>
          <ul aria-label={roles[role] ?? role} className="flex flex-col">
            {data?.models
              .filter((model) => model.role === role)
              .map((model) => (
                <ModelLine key={model.id} model={model} />
              ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}
