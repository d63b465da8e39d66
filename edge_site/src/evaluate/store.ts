/**
 * Finished clips, kept in the browser so that a cancelled or reloaded run goes on where it was: by the hash of the clip's
 * content, the hash of the model, and how frames were taken. Answers and times only; no picture, no keypoints.
 */
import { clear, createStore, get, getMany, set } from "idb-keyval";
import type { Answered } from "./clip";

export interface Plan {
  /** `recipe` of the run. */
  recipe: string;
  clips: { name: string; truth: string | null; sha256: string | null }[];
}

type Kept = Omit<Answered, "kept" | "kind">;

const PLAN = "plan";

const database = () => createStore("cerca-evaluate", "results");
let opened: ReturnType<typeof database> | null = null;
const store = () => (opened ??= database());

const key = (sha256: string, recipe: string) => `clip ${sha256} ${recipe}`;
const revived = (kept: Kept | undefined): Answered | null => (kept ? { ...kept, kind: "answer", kept: true } : null);

/** @param recipe what an answer depends on besides the clip */
export async function recall(sha256: string, recipe: string): Promise<Answered | null> {
  return revived(await get<Kept>(key(sha256, recipe), store()));
}

export async function keep({ kind: _, kept: __, ...rest }: Answered, recipe: string): Promise<void> {
  await set(key(rest.sha256, recipe), rest, store());
}

export async function keepPlan(plan: Plan): Promise<void> {
  await set(PLAN, plan, store());
}

/** The last run's clips, finished ones with their answers; null where nothing is kept. */
export async function recallPlan(): Promise<{ plan: Plan; outcomes: (Answered | null)[] } | null> {
  const plan = await get<Plan>(PLAN, store());
  if (!plan) return null;
  const keys = plan.clips.map(({ sha256 }) => key(sha256 ?? "", plan.recipe));
  return { plan, outcomes: (await getMany<Kept | undefined>(keys, store())).map(revived) };
}

export async function forget(): Promise<void> {
  await clear(store());
}
