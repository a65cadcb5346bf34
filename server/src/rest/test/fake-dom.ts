/** What an element holds; whatever is put in that is no element becomes text, as in a browser. */
type Child = FakeElement | string

/** As much of an element as the page's scripts touch. Anything else they touch is a mistake, and fails. */
export class FakeElement {
  readonly tag: string
  readonly attributes: Record<string, string> = {}
  readonly listeners: Record<string, (event: object) => unknown> = {}
  children: Child[] = []
  disabled = false
  #value: string | undefined

  constructor(tag: string, id?: string) {
    this.tag = tag
    if (id) this.attributes['id'] = id
  }

  get id(): string {
    return this.attributes['id'] ?? ''
  }

  /** A select says its first option until another is chosen. */
  get value(): string {
    return this.#value ?? (this.tag === 'select' ? (this.all('option')[0]?.textContent ?? '') : '')
  }
  set value(value: string) {
    this.#value = value
  }

  get textContent(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('')
  }
  set textContent(text: string) {
    this.children = [text]
  }

  append(...children: unknown[]): void {
    this.children.push(...children.map(asText))
  }
  prepend(...children: unknown[]): void {
    this.children.unshift(...children.map(asText))
  }
  replaceChildren(...children: unknown[]): void {
    this.children = children.map(asText)
  }
  setAttribute(name: string, value: unknown): void {
    this.attributes[name] = String(value)
  }
  addEventListener(name: string, listener: (event: object) => unknown): void {
    this.listeners[name] = listener
  }
  remove(): void {
    this.children = []
  }
  focus(): void {}
  scrollIntoView(): void {}

  all(tag: string): FakeElement[] {
    const inside = this.children.filter((child) => child instanceof FakeElement)
    return inside.flatMap((child) => [...(child.tag === tag ? [child] : []), ...child.all(tag)])
  }
}

const asText = (child: unknown): Child => (child instanceof FakeElement ? child : String(child))

/** The elements of a page that its scripts find by id. */
export function fakeDocument(html: string) {
  const found = [...html.matchAll(/<([a-z0-9]+)[^>]*\sid="([^"]+)"/g)]
  const byId = new Map(found.map(([, tag = '', id = '']) => [id, new FakeElement(tag, id)]))
  return {
    title: '',
    createElement: (tag: string) => new FakeElement(tag),
    getElementById: (id: string) => byId.get(id) ?? null,
  }
}
