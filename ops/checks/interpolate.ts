import type { Source } from '@latchkey/shared/env'

/** `${NAME}`, after `:-` what stands in its place when it is not set, after `:?` why that is not to be. */
const NAMED = /\$(?:\$|\{(\w+)(?::?-((?:[^{}]|\$\{[^{}]*\})*)|:?\?([^{}]*))?\}|(\w+))/g

type OnMissing = (name: string, says: string) => void

/** As compose reads a value. Without `onMissing` a name that has to be set counts as empty. */
export const interpolate = (text: string, source: Source, onMissing: OnMissing = () => {}): string =>
  text.replace(NAMED, (whole, ...found: (string | undefined)[]) => {
    if (whole === '$$') return '$'
    const [inBraces, other, says, bare] = found
    const name = inBraces ?? bare ?? ''
    const value = source[name]
    if (!value && says !== undefined) onMissing(name, says)
    return value || interpolate(other ?? '', source, onMissing)
  })
