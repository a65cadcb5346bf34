import { BRAND } from '@latchkey/shared/brand'
import type { LetterEnv } from './letters.ts'
import type { Page } from './page.ts'

export function asText({ paragraphs, action, code, closing }: Page, { PUBLIC_URL }: LetterEnv): string {
  const parts = [
    ...paragraphs,
    `${action.label}:\n${action.href}`,
    ...(action.goodFor ? [action.goodFor] : []),
    ...(code ? [`${code.label}:\n${code.value}`] : []),
    closing,
    `-- \n${BRAND.name}: ${BRAND.tagline}\n${PUBLIC_URL}`,
  ]
  return `${parts.join('\n\n')}\n`
}
