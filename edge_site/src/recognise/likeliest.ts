/** Logits -> the likeliest labels with softmax probabilities. */
import type { Guess } from "../cloud/client";

export function likeliest(logits: Float32Array, labels: readonly string[], count = 5): Guess[] {
  const peak = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - peak), 0);
  return Array.from(logits, (logit, k) => ({ label: labels[k] ?? String(k), logit }))
    .sort((a, b) => b.logit - a.logit)
    .slice(0, count)
    .map(({ label, logit }) => ({ label, probability: Math.exp(logit - peak) / sum }));
}
