/** What went wrong and what to type next, for a person. Shown without a stack. */
export class Advice extends Error {
  /** @param {string[]} lines */
  constructor(...lines) {
    super(lines.join('\n'))
    this.name = 'Advice'
  }
}
