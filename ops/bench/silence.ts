/** How often one of `some` is larger than one of `others`, ties counted half: 0.5 tells nothing apart. */
export function chanceLarger(some: number[], others: number[]): number {
  const all = [
    ...some.map((value) => ({ value, isSome: true })),
    ...others.map((value) => ({ value, isSome: false })),
  ].toSorted((a, b) => a.value - b.value)
  let rankSum = 0
  for (let from = 0; from < all.length;) {
    let to = from
    while (to < all.length && all[to]?.value === all[from]?.value) to += 1
    const rank = (from + 1 + to) / 2
    for (const { isSome } of all.slice(from, to)) if (isSome) rankSum += rank
    from = to
  }
  const larger = rankSum - (some.length * (some.length + 1)) / 2
  return larger / (some.length * others.length)
}
