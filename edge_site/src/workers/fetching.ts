/** What the browser has cached may be damaged: a file that turns out to be is fetched once more, from the network. */
export async function twice<T>(use: (cache: RequestCache) => Promise<T>): Promise<T> {
  try {
    return await use("default");
  } catch {
    return use("reload");
  }
}
