/** Asked to show once more who they are, they would rather not: nothing was done, and they know. */
export class Declined extends Error {
  override name = 'Declined'
}
