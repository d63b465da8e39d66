/** The files of a folder that was chosen or dropped, each with its path inside it. */

export interface FoundFile {
  path: string;
  file: File;
}

/** @param list of an `<input type="file">`; with `webkitdirectory` each file knows its path, the chosen folder first */
export function chosenFiles(list: FileList): FoundFile[] {
  return Array.from(list, (file) => ({
    path: file.webkitRelativePath.split("/").slice(1).join("/") || file.name,
    file,
  }));
}

/** Must be called within the drop event: the browser forgets the items afterwards. */
export async function droppedFiles(items: DataTransferItemList): Promise<FoundFile[]> {
  const entries = Array.from(items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const [only] = entries;
  // A single folder is the folder; several things dropped together are its content.
  if (entries.length === 1 && only && isFolder(only)) return (await Promise.all(await children(only, ""))).flat();
  return (await Promise.all(entries.map((entry) => walk(entry, "")))).flat();
}

async function walk(entry: FileSystemEntry, folder: string): Promise<FoundFile[]> {
  const path = folder + entry.name;
  if (isFolder(entry)) return (await Promise.all(await children(entry, `${path}/`))).flat();
  const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
  return [{ path, file }];
}

async function children(folder: FileSystemDirectoryEntry, path: string): Promise<Promise<FoundFile[]>[]> {
  const reader = folder.createReader();
  const found: FileSystemEntry[] = [];
  // A reader hands out a hundred entries at a time, and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found.map((entry) => walk(entry, path));
    found.push(...some);
  }
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
