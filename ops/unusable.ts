import { Advice } from './launch/advice.mjs'

/** A setting or a flag that cannot be used. Nothing was begun, and a pipeline is told so by a code of its own. */
export class Unusable extends Advice {
  constructor(...lines: string[]) {
    super(...lines)
    this.name = 'Unusable'
  }
}
