// Makes elements: texts are texts, never mark-up.

type Content = Node | string | null
type Properties<Tag extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[Tag], 'dataset' | 'style'>> & { data?: Record<string, string>, aria?: Record<string, string> }

export function el<Tag extends keyof HTMLElementTagNameMap> (tag: Tag, properties: Properties<Tag> = {}, ...content: Content[]): HTMLElementTagNameMap[Tag] {
  const { data = {}, aria = {}, ...own } = properties
  const element = document.createElement(tag)
  Object.assign(element, own)
  Object.assign(element.dataset, data)
  for (const [name, value] of Object.entries(aria)) element.setAttribute(`aria-${name}`, value)
  element.append(...content.filter(one => one !== null))
  return element
}

/** The element with this id, which the page has. */
export function byId (id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no #${id}.`)
  return found
}

const drawnFrom = new WeakMap<HTMLElement, string>()

/**
 * Brings the children of `parent` in line with `items`: those that did not change stay as they are, with their focus and what is typed in them.
 * Returns whether something was added at the end.
 */
export function keepInLine<Item> (parent: HTMLElement, items: readonly Item[], keyOf: (item: Item) => string, make: (item: Item) => HTMLElement): boolean {
  const known = new Map([...parent.children].map(child => [(child as HTMLElement).dataset['key'] ?? '', child as HTMLElement]))
  const lastBefore = parent.lastElementChild instanceof HTMLElement ? parent.lastElementChild.dataset['key'] : undefined
  let at: Element | null = parent.firstElementChild
  for (const item of items) {
    const key = keyOf(item)
    const text = JSON.stringify(item)
    let child = known.get(key)
    known.delete(key)
    if (child === undefined || drawnFrom.get(child) !== text) {
      const fresh = make(item)
      fresh.dataset['key'] = key
      drawnFrom.set(fresh, text)
      if (child !== undefined) {
        if (child === at) at = fresh
        child.replaceWith(fresh)
      }
      child = fresh
    }
    if (child !== at) parent.insertBefore(child, at)
    else at = at.nextElementSibling
  }
  for (const gone of known.values()) gone.remove()
  const last = items.at(-1)
  return last !== undefined && keyOf(last) !== lastBefore
}
