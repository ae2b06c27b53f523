import type { Backend, CallName, Told } from "@/backend";
import type { Failure, ItemView, Row, Status } from "@/generated/types";

export const row = (id: string, more: Partial<Row> = {}): Row => ({
  id,
  kind: "mail",
  source: "google.mail",
  at: "2019-05-14T10:02:00+01:00",
  at_ms: Date.parse("2019-05-14T09:02:00Z"),
  title: `Mail ${id}`,
  snippet: "",
  ...more,
});

export const view = (of: Row): ItemView => ({
  ...of,
  text: `The words of ${of.title}`,
  data: {},
  hidden: false,
  links: [],
  blobs: [],
  came_from: [{ import: 1, path: "Takeout/Mail/All.mbox", archive: "takeout.zip" }],
  thread_rows: [],
  nearby: [],
});

export const unlocked: Status = {
  state: "unlocked",
  path: "/vault",
  version: "0.1.0",
  items: 2,
  jobs_running: 0,
  key_file: false,
  keychain: false,
  read_only: false,
  warnings: [],
};

type Answers = { [K in CallName]?: unknown };

/** An engine of prepared answers: a value, a function of the body, or a failure to reject with. Tests only. */
export class EngineDouble implements Backend {
  asked: { op: string; body: unknown }[] = [];
  streamed: ((onPart: (part: never) => void) => Promise<unknown>) | undefined;
  say: (told: Told) => void = () => undefined;
  startsEngine = true;

  constructor(public answers: Answers) {}

  async call(op: CallName, body: unknown): Promise<never> {
    this.asked.push({ op, body });
    const prepared = this.answers[op] ?? usual[op];
    const answer = typeof prepared === "function" ? prepared(body) : prepared;
    if (answer === undefined || isFailure(answer))
      throw answer ?? { code: "internal", message: `No answer is prepared for ${op}.`, hint: "" };
    return answer as never;
  }

  async stream(_op: string, body: unknown, onPart: (part: never) => void): Promise<never> {
    this.asked.push({ op: _op, body });
    return (await this.streamed?.(onPart)) as never;
  }

  events(onTold: (told: Told) => void): () => void {
    this.say = onTold;
    return () => undefined;
  }

  onDrop(): () => void {
    return () => undefined;
  }
}

const isFailure = (value: unknown): value is Failure => typeof value === "object" && value !== null && "hint" in value && "code" in value;

const usual: Answers = {
  status: unlocked,
  recovery_code_kept: unlocked,
  settings: { settings: {} },
  stats: { items: 2, track_points: 0, entities: 0, people: 0, by_kind: [], by_source: [], bytes_on_disk: 0 },
  timeline: { buckets: [], total: 0, took_ms: 1 },
  facets: { total: 0, kinds: [], sources: [], years: [], people: [] },
  jobs: { jobs: [] },
  conversations: { conversations: [] },
  imports: { imports: [] },
  models: { models: [], folder: "/models" },
  people: { people: [] },
  people_suggestions: { suggestions: [] },
  owner: { people: [], addresses: [] },
};
