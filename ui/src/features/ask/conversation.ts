import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { Answer, AskPart, Computed, Conversation, ExchangeView, Failure, Hit, PlanView } from "@/generated/types";

/** A question and what has come of it so far. It lives above the page, so that leaving the page does not end it. */
export type Exchange = {
  /** Below 0 for those that came from the vault. */
  id: number;
  question: string;
  /** When it was asked, UTC milliseconds; `null` for those of now. */
  asked: number | null;
  /** Whether the vault keeps it. */
  kept: boolean;
  state: "running" | "done" | "failed";
  plan: PlanView | null;
  computed: Computed | null;
  found: Hit[];
  text: string;
  answer: Answer | null;
  failure: Failure | null;
};

type Shown = {
  /** The number under which the vault keeps it; `null` before the first answer, and when none is kept. */
  conversation: number | null;
  exchanges: Exchange[];
};

const empty: Shown = { conversation: null, exchanges: [] };

const fromVault = ({ position, question, asked_ms, text, answer }: ExchangeView): Exchange => ({
  id: -position,
  question,
  asked: asked_ms,
  kept: true,
  state: "done",
  plan: answer?.plan ?? null,
  computed: answer?.computed ?? null,
  found: [],
  text,
  answer: answer ?? null,
  failure: null,
});

export const askSlice = createSlice({
  name: "ask",
  initialState: empty,
  reducers: {
    /** A conversation came from the vault. What is shown stays when it is the same, so that nothing jumps while one reads. */
    brought(state, { payload: { conversation, exchanges } }: PayloadAction<Conversation>) {
      const isShown = state.conversation === conversation;
      const n_kept = state.exchanges.filter(({ kept }) => kept).length;
      if (isShown && (n_kept === exchanges.length || state.exchanges.some(({ state: now }) => now === "running"))) return;
      return { conversation, exchanges: exchanges.map(fromVault) };
    },
    asked(state, { payload }: PayloadAction<{ id: number; question: string }>) {
      state.exchanges.push({
        ...payload,
        asked: null,
        kept: false,
        state: "running",
        plan: null,
        computed: null,
        found: [],
        text: "",
        answer: null,
        failure: null,
      });
    },
    partCame(state, { payload: { id, part } }: PayloadAction<{ id: number; part: AskPart }>) {
      const exchange = state.exchanges.find((one) => one.id === id);
      if (exchange === undefined) return;
      if (part.part === "plan") exchange.plan = part;
      else if (part.part === "computed") exchange.computed = part;
      else if (part.part === "found") exchange.found = part.hits;
      else exchange.text += part.text;
    },
    answered(state, { payload: { id, answer } }: PayloadAction<{ id: number; answer: Answer }>) {
      const exchange = state.exchanges.find((one) => one.id === id);
      if (exchange === undefined) return;
      const kept = answer.conversation != null;
      if (kept) state.conversation = answer.conversation ?? null;
      Object.assign(exchange, { state: "done", kept, answer, plan: answer.plan, computed: answer.computed ?? null, text: answer.answer });
    },
    failed(state, { payload: { id, failure } }: PayloadAction<{ id: number; failure: Failure }>) {
      const exchange = state.exchanges.find((one) => one.id === id);
      if (exchange) Object.assign(exchange, { state: "failed", failure });
    },
    forgotten: () => empty,
  },
});

export const { brought, asked, partCame, answered, failed, forgotten } = askSlice.actions;
