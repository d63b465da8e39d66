/** Whose landmarks are timed: ours, and the legacy Holistic at its best setting without a GPU and at its default. */
export const CONTENDERS = ["ours", "legacy_cpu", "legacy_gl"] as const;
export type Contender = (typeof CONTENDERS)[number];
