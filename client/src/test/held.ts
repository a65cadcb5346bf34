/** An answer that does not come before the test lets it. */
export function hold() {
  let go = () => {}
  const held = new Promise<void>((resolve) => (go = resolve))
  return { held, go: () => go() }
}
