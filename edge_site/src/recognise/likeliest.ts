/** Logits -> the likeliest labels with softmax probabilities. */
import type { Guess } from "../cloud/client";

export function likeliest(logits: Float32Array, labels: readonly string[], count = 5): Guess[] {
  const peak = Math.max(...logits);
  const weights = Array.from(logits, (logit) => Math.exp(logit - peak));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights
    .map((weight, k) => ({ label: labels[k] ?? String(k), probability: weight / sum }))
    .sort((a, b) => b.probability - a.probability)
    .slice(0, count);
}
