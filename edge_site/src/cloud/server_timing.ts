/** `Server-Timing` (W3C): `name;dur=1.5;desc="...", ...` -> milliseconds by name. Entries without a duration are left out. */
export function parseServerTiming(header: string | null): Record<string, number> {
  const durations: Record<string, number> = {};
  for (const [, name, parameters] of (header ?? "").matchAll(
    /([\w!#$%&'*+.^`|~-]+)((?:\s*;\s*[\w-]+=(?:"[^"]*"|[^,;"]*))*)/g,
  )) {
    const duration = /;\s*dur=("?)([0-9.eE+-]+)\1/.exec(parameters ?? "")?.[2];
    if (name && duration !== undefined) durations[name] = Number(duration);
  }
  return durations;
}
