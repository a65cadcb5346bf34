type Child = ParsedElement | string

/** As much of an element as the inbox's script touches. Anything else it touches is a mistake, and fails. */
export class ParsedElement {
  readonly tag: string
  readonly attributes: Map<string, string>
  readonly classList = new Set<string>() as Set<string> & { remove(name: string): void }
  readonly listeners: Record<string, () => void> = {}
  parent: ParsedElement | undefined
  childNodes: Child[] = []
  top = 0

  constructor(tag: string, attributes: Iterable<[string, string]> = []) {
    this.tag = tag
    this.attributes = new Map(attributes)
    this.classList.remove = (name) => void this.classList.delete(name)
  }

  get id(): string {
    return this.attributes.get('id') ?? ''
  }
  get open(): boolean {
    return this.attributes.has('open')
  }
  get textContent(): string {
    return this.childNodes.map((child) => (typeof child === 'string' ? child : child.textContent)).join('')
  }
  set textContent(text: string) {
    this.childNodes = [text]
  }

  append(...children: Child[]): void {
    this.childNodes.push(...children.map((child) => this.#own(child)))
  }
  prepend(...children: Child[]): void {
    this.childNodes.unshift(...children.map((child) => this.#own(child)))
  }
  replaceChildren(...children: Child[]): void {
    this.childNodes = children.map((child) => this.#own(child))
  }
  cloneNode(): ParsedElement {
    const copy = new ParsedElement(this.tag, this.attributes)
    copy.append(...this.childNodes.map((child) => (typeof child === 'string' ? child : child.cloneNode())))
    return copy
  }
  remove(): void {
    if (this.parent) this.parent.childNodes = this.parent.childNodes.filter((child) => child !== this)
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name)
  }
  addEventListener(name: string, listener: () => void): void {
    this.listeners[name] = listener
  }
  getBoundingClientRect = () => ({ top: this.top, bottom: this.top + 1 })

  getElementsByTagName(tag: string): ParsedElement[] {
    const inside = this.childNodes.filter((child) => typeof child !== 'string')
    return inside.flatMap((child) => [
      ...(child.tag === tag ? [child] : []),
      ...child.getElementsByTagName(tag),
    ])
  }
  getElementById(id: string): ParsedElement | null {
    for (const child of this.childNodes) {
      if (typeof child === 'string') continue
      const found = child.id === id ? child : child.getElementById(id)
      if (found) return found
    }
    return null
  }

  #own(child: Child): Child {
    if (typeof child !== 'string') {
      child.remove()
      child.parent = this
    }
    return child
  }
}

const PIECES =
  /<(?<closing>\/?)(?<tag>[a-z][a-z0-9]*)(?<attributes>(?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>|(?<text>[^<]+)|<!doctype html>/g
const NEVER_CLOSED = new Set(['meta', 'link', 'img', 'br'])

/** Reads HTML as we write it: every element closed, every attribute in double quotes. */
export function parsePage(html: string): ParsedElement {
  const page = new ParsedElement('document')
  let here = page
  for (const { groups = {} } of html.matchAll(PIECES)) {
    const { closing, tag, attributes = '', text } = groups
    if (text) here.append(text)
    if (!tag) continue
    if (closing) {
      if (here.tag !== tag) throw new Error(`</${tag}> closes <${here.tag}>`)
      here = here.parent ?? page
      continue
    }
    const found = attributes.matchAll(/([a-z-]+)(?:="([^"]*)")?/g)
    const element = new ParsedElement(
      tag,
      [...found].map(([, name = '', value = '']): [string, string] => [name, value]),
    )
    here.append(element)
    if (!NEVER_CLOSED.has(tag)) here = element
  }
  return page
}
