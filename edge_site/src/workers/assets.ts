/** What a worker has fetched: the page's own Resource Timing does not see it. */

export interface Asset {
  name: string;
  /** Bytes over the wire, 0 when cached. */
  transfer: number;
  /** Bytes of the body as sent, and after decompression. */
  encoded: number;
  decoded: number;
}

export type AssetsProtocol = {
  assets: { ask: object; reply: Asset[] };
};

export function assets(): Asset[] {
  const entries = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ] as PerformanceResourceTiming[];
  return entries.map((entry) => ({
    name: new URL(entry.name).pathname,
    transfer: entry.transferSize,
    encoded: entry.encodedBodySize,
    decoded: entry.decodedBodySize,
  }));
}
