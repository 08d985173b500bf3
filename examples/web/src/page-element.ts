/** An element of index.html by its id. @throws Error where there is none of this kind */
export function pageElement<E extends Element>(id: string, kind: new () => E): E {
  const found = document.getElementById(id) as unknown;
  if (!(found instanceof kind)) throw new Error(`Cannot set up the page: there is no ${kind.name} with the id '${id}', expected the one of index.html`);
  return found;
}

/** Sets the text where it is another: a status region that is written to is read out again. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
