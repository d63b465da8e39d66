/** Wiring of what a person can touch. */

/** A file dropped anywhere on the page counts; `target` says so while it hovers. */
export function onDrop(target: HTMLElement, take: (file: File | undefined) => void): void {
  const hovering = (event: DragEvent, inside: boolean) => {
    event.preventDefault();
    target.classList.toggle("hovered", inside);
  };
  document.addEventListener("dragover", (event) => hovering(event, true));
  document.addEventListener("dragleave", (event) => hovering(event, false));
  document.addEventListener("drop", (event) => {
    hovering(event, false);
    take(event.dataTransfer?.files[0]);
  });
}

/** Radio buttons of that name: the chosen one, and what to do when another is, until `signal` aborts. */
export function choice<T extends string>(
  name: string,
  value: T,
  onChoose: (value: T) => void,
  signal?: AbortSignal,
): void {
  for (const input of document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`)) {
    input.checked = input.value === value;
    input.addEventListener("change", () => onChoose(input.value as T), signal && { signal });
  }
}
