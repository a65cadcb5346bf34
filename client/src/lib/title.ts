import { BRAND } from '@latchkey/shared/brand'

export const titleOf = (page: string): string => `${page} · ${BRAND.name}`
